package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The choice of the teacher's weights that a handcrafted student takes over: whole tensors, except
 * behind a stage that went. What followed that stage is fed by the one before it; where that is
 * narrower, the first resnet keeps the weights of its leading hidden channels and of all channels
 * of its skip. Its group norm then spans fewer channels, as the student's own config says. Stable
 * Diffusion's two innermost stages are equally wide, so nothing of it is sliced.
 */
final class Inheritance {

    private static final String FIRST_NORM = ".norm1.weight";

    private final HandcraftedCut cut;
    private final UNetLayout student;
    private final Map<String, InputSlice> slices = new LinkedHashMap<>();

    /**
     * @param label of the handcrafted U-Net, for messages
     * @throws IllegalArgumentException naming the first tensor for which the teacher has too little
     */
    Inheritance(String label, HandcraftedCut cut, UNetLayout teacher, UNetLayout student) {
        this.cut = cut;
        this.student = student;
        Map<String, Layer.Resnet> resnets = new LinkedHashMap<>();
        for (Layer layer : teacher.layers()) {
            if (layer instanceof Layer.Resnet resnet) {
                resnets.put(resnet.path() + FIRST_NORM, resnet);
            }
        }
        for (Layer layer : student.layers()) {
            if (layer instanceof Layer.Resnet wanted
                    && resnets.containsKey(source(wanted.path() + FIRST_NORM))) {
                slice(wanted, resnets.get(source(wanted.path() + FIRST_NORM)));
            }
        }
        Map<String, Shape> had = teacher.tensors();
        student.tensors()
                .forEach((name, shape) -> check(label, name, shape, had.get(source(name))));
    }

    private void slice(Layer.Resnet wanted, Layer.Resnet had) {
        if (wanted.skip() == had.skip() && wanted.hidden() < had.hidden()) {
            String path = wanted.path();
            InputSlice ofNorm = new InputSlice(0, wanted.hidden(), had.hidden(), wanted.skip());
            slices.put(path + FIRST_NORM, ofNorm);
            slices.put(path + ".norm1.bias", ofNorm);
            InputSlice ofConv = new InputSlice(1, wanted.hidden(), had.hidden(), wanted.skip());
            slices.put(path + ".conv1.weight", ofConv);
            slices.put(path + ".conv_shortcut.weight", ofConv);
        }
    }

    private void check(String label, String name, Shape wanted, Shape had) {
        InputSlice slice = slices.get(name);
        if (had == null || !wanted.equals(slice == null ? had : slice.of(had))) {
            throw new IllegalArgumentException(
                    label
                            + " needs "
                            + name
                            + " of shape "
                            + wanted
                            + ", and the teacher's weights for it have "
                            + (had == null ? "no such tensor" : had)
                            + "; give a teacher whose innermost stage is at least as wide as the"
                            + " one before it, as Stable Diffusion's is (block_out_channels)");
        }
    }

    private String source(String name) {
        return cut.teacherTensor(name);
    }

    /** Makes the student's weights, in a sub-manager of {@code parent}. */
    StateDict weights(StateDict teacher, NDManager parent) {
        return teacher.copy(
                student.tensors().keySet(),
                this::source,
                (name, whole) -> slices.containsKey(name) ? slices.get(name).of(whole) : whole,
                parent);
    }

    /**
     * A slice of inputs [hidden, skip]: the leading hidden ones and the whole skip.
     *
     * @param axis of the inputs
     * @param hidden channels that stay
     * @param hiddenBefore channels there were
     * @param skip channels of the skip
     */
    private record InputSlice(int axis, int hidden, int hiddenBefore, int skip) {

        Shape of(Shape whole) {
            long[] sizes = whole.getShape().clone();
            sizes[axis] -= hiddenBefore - hidden;
            return new Shape(sizes);
        }

        /** Cuts the slice out into a new array of {@code whole}'s manager. */
        NDArray of(NDArray whole) {
            try (NDArray leading = whole.get(inputs(0, hidden));
                    NDArray behind = whole.get(inputs(hiddenBefore, hiddenBefore + skip))) {
                return leading.concat(behind, axis);
            }
        }

        private NDIndex inputs(int from, int to) {
            return new NDIndex().addAllDim(axis).addSliceDim(from, to);
        }
    }
}
