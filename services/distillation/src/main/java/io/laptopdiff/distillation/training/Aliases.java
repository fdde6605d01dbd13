package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Makes arrays over the same memory under another owner, which then owns all that is computed from
 * them.
 */
final class Aliases {

    private Aliases() {}

    static NDArray of(NDArray array, NDManager owner) {
        NDArray alias = array.reshape(array.getShape());
        alias.attach(owner);
        return alias;
    }
}
