package io.laptopdiff.evaluation.comparison;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/** Passes many images or captions through a model, few at a time, which bounds memory. */
final class Batches {

    private static final int BATCH = 16;

    private Batches() {}

    /**
     * @param model of some of them to (B, ...) numbers
     * @return (all, numbers of each)
     */
    static <T> float[][] rows(
            List<T> all,
            BiFunction<List<T>, NDManager, NDArray> model,
            NDManager parent,
            Watcher watcher) {
        float[][] rows = new float[all.size()][];
        for (int from = 0; from < rows.length; from += BATCH) {
            watcher.check();
            int to = Math.min(rows.length, from + BATCH);
            try (NDManager pass = parent.newSubManager()) {
                float[] flat = model.apply(all.subList(from, to), pass).toFloatArray();
                int width = flat.length / (to - from);
                for (int i = from; i < to; i++) {
                    rows[i] = Arrays.copyOfRange(flat, (i - from) * width, (i - from + 1) * width);
                }
            }
        }
        return rows;
    }
}
