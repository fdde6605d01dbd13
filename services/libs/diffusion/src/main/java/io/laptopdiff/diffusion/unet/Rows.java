package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.unet.RemovalSweep.Branch;
import java.util.List;

/**
 * The same activation of several branches, one block of B rows after the other.
 *
 * @param array (branches x B, ...)
 * @param order whose block is where; never empty
 */
record Rows(NDArray array, List<Branch> order) {

    private static final TorchScriptFunction SELECT =
            TorchScriptFunction.of("rows", "x, i", "return torch.index_select(x, 0, i)");

    Rows {
        order = List.copyOf(order);
    }

    /**
     * Returns an array over the same memory under another owner, which then owns all that is
     * computed from it.
     */
    static NDArray alias(NDArray array, NDManager owner) {
        NDArray alias = array.reshape(array.getShape());
        alias.attach(owner);
        return alias;
    }

    /**
     * Returns the blocks of these branches; one that has parted from the trunk since has the
     * trunk's.
     *
     * @return a new array in the same manager, or this one where it is just that
     */
    Rows of(List<Branch> wanted) {
        if (wanted.equals(order)) {
            return this;
        }
        int block = (int) array.getShape().get(0) / order.size();
        long[] rows = new long[wanted.size() * block];
        for (int i = 0; i < wanted.size(); i++) {
            int source = place(wanted.get(i));
            for (int row = 0; row < block; row++) {
                rows[i * block + row] = (long) source * block + row;
            }
        }
        try (NDArray index = array.getManager().create(rows)) {
            return new Rows(SELECT.apply(array, index), wanted);
        }
    }

    private int place(Branch branch) {
        for (int i = 0; i < order.size(); i++) {
            if (order.get(i).set() == branch.set()) {
                return i;
            }
        }
        return place(trunk());
    }

    private Branch trunk() {
        return order.stream()
                .filter(Branch::isTrunk)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the trunk is gone"));
    }

    /** Joins rows one behind the other; the owner is that of the first. */
    static Rows joined(List<Rows> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        NDList arrays = new NDList();
        parts.forEach(part -> arrays.add(part.array));
        NDArray joined = NDArrays.concat(arrays, 0);
        joined.attach(parts.get(0).array.getManager());
        return new Rows(joined, parts.stream().flatMap(part -> part.order.stream()).toList());
    }
}
