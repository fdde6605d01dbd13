package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The weights of a model: FLOAT32 arrays by their diffusers name, in a fixed order, all owned by
 * one manager.
 */
public final class StateDict implements AutoCloseable {

    private final NDManager owner;
    private final Map<String, NDArray> arrays;

    /**
     * True as long as an array's numbers may lie in a Java buffer that only the array refers to.
     */
    private boolean mayBorrowMemory;

    /**
     * @param owner closed by {@link #close}; takes over the arrays that do not belong to it yet
     */
    private StateDict(NDManager owner, Map<String, NDArray> arrays) {
        this.owner = owner;
        this.arrays = arrays;
        arrays.values()
                .forEach(array -> array.setName(null)); // a name would change how DJL passes it to
        // TorchScript
    }

    /**
     * Reads a checkpoint directory.
     *
     * @param directory holds {@code <baseName>.safetensors} or {@code
     *     <baseName>.safetensors.index.json}
     * @param baseName {@code diffusion_pytorch_model} or {@code model}
     * @param expected every tensor of the model with its shape
     * @param parent the weights live in a sub-manager of it
     * @throws CheckpointException if a file or tensor is missing, unexpected, of the wrong shape,
     *     not finite or pickled
     */
    public static StateDict read(
            Path directory, String baseName, Map<String, Shape> expected, NDManager parent) {
        return read(directory, baseName, expected, name -> false, parent);
    }

    /**
     * Reads as the other {@code read} does; tensors of the file that are not expected are left out
     * where {@code ignored} says so, else refused.
     */
    public static StateDict read(
            Path directory,
            String baseName,
            Map<String, Shape> expected,
            Predicate<String> ignored,
            NDManager parent) {
        try (CheckpointFiles files = CheckpointFiles.open(directory, baseName)) {
            files.require(expected, ignored);
            NDManager owner = parent.newSubManager();
            try {
                Map<String, NDArray> arrays = new LinkedHashMap<>();
                expected.keySet()
                        .forEach(name -> arrays.put(name, files.tensor(name).readFloat32(owner)));
                return new StateDict(owner, arrays);
            } catch (RuntimeException e) {
                owner.close();
                throw e;
            }
        }
    }

    /**
     * Reads every tensor of one safetensors file as FLOAT32, whatever it holds.
     *
     * @throws CheckpointException as {@link SafetensorsFile}
     */
    public static StateDict readFile(Path file, NDManager parent) {
        try (SafetensorsFile safetensors = SafetensorsFile.open(file)) {
            NDManager owner = parent.newSubManager();
            try {
                Map<String, NDArray> arrays = new LinkedHashMap<>();
                safetensors
                        .tensors()
                        .keySet()
                        .forEach(n -> arrays.put(n, safetensors.readFloat32(n, owner)));
                return new StateDict(owner, arrays);
            } catch (RuntimeException e) {
                owner.close();
                throw e;
            }
        }
    }

    /**
     * Makes fresh weights, as PyTorch initialises linear and convolution layers: uniform in
     * ±1/sqrt(fan in) for weights of two or more dimensions, 0 for biases, 1 for the
     * one-dimensional weights of norms. The same seed gives the same numbers on every machine.
     */
    public static StateDict random(Map<String, Shape> shapes, long seed, NDManager parent) {
        NDManager owner = parent.newSubManager();
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        Random random = new Random(seed);
        shapes.forEach(
                (name, shape) -> {
                    try (NDArray borrowed =
                            owner.create(Initial.values(name, shape, random), shape)) {
                        arrays.put(name, borrowed.duplicate()); // into PyTorch's own memory
                    }
                });
        return new StateDict(owner, arrays);
    }

    /**
     * Makes a state dict of given arrays, which it takes over. They may be arrays that DJL made of
     * Java's numbers, whose memory goes with the array object: {@link #requireGradients} copies
     * them into PyTorch's own.
     *
     * @param parent the arrays move to a sub-manager of it
     */
    public static StateDict of(Map<String, NDArray> arrays, NDManager parent) {
        NDManager owner = parent.newSubManager();
        arrays.values().forEach(array -> array.attach(owner));
        StateDict dict = new StateDict(owner, new LinkedHashMap<>(arrays));
        dict.mayBorrowMemory = true;
        return dict;
    }

    /**
     * Returns the array of that name, still owned by this state dict.
     *
     * @throws IllegalArgumentException if there is none
     */
    public NDArray get(String name) {
        NDArray array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException(
                    "No tensor '" + name + "' among " + arrays.size() + " weights");
        }
        return array;
    }

    /** Returns whether there is a tensor of that name. */
    public boolean contains(String name) {
        return arrays.containsKey(name);
    }

    /** Returns the names of the tensors, in order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(arrays.keySet());
    }

    /** The arrays in the order of the names. */
    public List<NDArray> arrays() {
        return List.copyOf(arrays.values());
    }

    /** Returns a map of name to array, in order. */
    public Map<String, NDArray> asMap() {
        return Collections.unmodifiableMap(arrays);
    }

    /** The number of elements of all tensors. */
    public long parameters() {
        return arrays.values().stream().mapToLong(array -> array.getShape().size()).sum();
    }

    /**
     * Makes every tensor trainable: from now on a {@code GradientTape} accumulates gradients for
     * it. Arrays of a dict made by {@link #of} are replaced by copies.
     */
    public void requireGradients() {
        if (mayBorrowMemory) {
            for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
                NDArray borrowed = entry.getValue();
                entry.setValue(Copies.detached(borrowed, owner));
                borrowed.close();
            }
            mayBorrowMemory = false;
        }
        arrays.values().forEach(array -> array.setRequiresGradient(true));
    }

    /**
     * Throws away the gradients of trainable tensors. Each becomes a new leaf over the same memory,
     * so that the next backward pass hands over what it has computed, where it would have to add it
     * to zeros. Graphs that were recorded before lead to the old leaves; they must not be gone back
     * through any more.
     */
    public void forgetGradients() {
        for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
            NDArray old = entry.getValue();
            NDArray leaf = old.stopGradient();
            leaf.attach(owner);
            leaf.setRequiresGradient(true);
            entry.setValue(leaf);
            old.close();
        }
    }

    /**
     * Makes a deep copy of the named tensors, without gradients, owned by a sub-manager of {@code
     * parent}.
     */
    public StateDict copy(Collection<String> names, NDManager parent) {
        return copy(names, UnaryOperator.identity(), parent);
    }

    /**
     * Makes a deep copy of everything, without gradients, owned by a sub-manager of {@code parent}
     * and on its device.
     */
    public StateDict copy(NDManager parent) {
        return copy(arrays.keySet(), parent);
    }

    /**
     * Makes a deep copy under other names.
     *
     * @param names the names in the copy
     * @param source the name here of each name there
     */
    public StateDict copy(
            Collection<String> names, UnaryOperator<String> source, NDManager parent) {
        return copy(names, source, (name, whole) -> whole, parent);
    }

    /**
     * Makes a deep copy under other names, of some tensors in part.
     *
     * @param names the names in the copy
     * @param source the name here of each name there
     * @param part of a name in the copy and a copy of the whole tensor: that, or a new array that
     *     takes its place
     */
    public StateDict copy(
            Collection<String> names,
            UnaryOperator<String> source,
            BiFunction<String, NDArray, NDArray> part,
            NDManager parent) {
        NDManager owner = parent.newSubManager();
        try {
            Map<String, NDArray> copies = new LinkedHashMap<>();
            for (String name : names) {
                NDArray whole = Copies.detached(get(source.apply(name)), owner);
                NDArray kept = part.apply(name, whole);
                if (kept != whole) {
                    kept.attach(owner);
                    whole.close();
                }
                copies.put(name, kept);
            }
            return new StateDict(owner, copies);
        } catch (RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    /** Returns the shape of every tensor, by name. */
    public Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        arrays.forEach((name, array) -> shapes.put(name, array.getShape()));
        return shapes;
    }

    /**
     * Writes {@code <baseName>.safetensors} into a directory, whole or not at all.
     *
     * @throws IOException if the disk refuses
     */
    public void write(Path directory, String baseName, TensorType type) throws IOException {
        for (Map.Entry<String, NDArray> tensor : arrays.entrySet()) {
            if (tensor.getValue().getDataType() != DataType.FLOAT32) {
                throw new IllegalStateException("Tensor '" + tensor.getKey() + "' is not FLOAT32");
            }
        }
        SafetensorsWriter.write(
                directory.resolve(baseName + ".safetensors"), arrays, type, Map.of("format", "pt"));
    }

    @Override
    public void close() {
        owner.close();
    }
}
