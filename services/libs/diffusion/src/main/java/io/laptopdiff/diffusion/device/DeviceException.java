package io.laptopdiff.diffusion.device;

import io.laptopdiff.common.ExplainedException;

/** The configured device cannot be used: says what is wrong, where and how to fix it. */
public final class DeviceException extends ExplainedException {

    private static final long serialVersionUID = 1L;

    /**
     * @param what the finding in one sentence, without a full stop
     * @param where option and value
     * @param howToFix what the reader can do about it
     */
    DeviceException(String what, String where, String howToFix) {
        super(what, where, howToFix, null);
    }
}
