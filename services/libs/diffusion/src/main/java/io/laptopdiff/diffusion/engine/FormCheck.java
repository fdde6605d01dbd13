package io.laptopdiff.diffusion.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Holds one form of an operator against the same in double precision: the output, and in FLOAT32
 * the gradient by every argument (bfloat16 is for frozen weights only).
 */
final class FormCheck implements AutoCloseable {

    private static final int SEED = 20;

    /** The largest of uniform numbers around 0 that have variance 1. */
    private static final double RANGE = Math.sqrt(3);

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final NDManager manager;
    private final OperatorCase call;
    private final boolean backward;
    private final List<NDArray> arguments = new ArrayList<>(); // FLOAT32
    private NDArray direction; // by which the output is differentiated, FLOAT32; of its shape
    private final List<double[]> truth;
    private final Map<String, TorchScriptFunction> functions = new HashMap<>(); // by library

    /**
     * @param manager owns the arguments; to be closed by the caller
     */
    FormCheck(OperatorCase call, NDManager manager) {
        this.manager = manager;
        this.call = call;
        this.backward = call.operator().precision() == Operator.Precision.FLOAT32;
        for (Shape shape : call.shapes()) {
            arguments.add(random(random, shape, manager));
        }
        TorchScriptFunction reference =
                TorchScriptFunction.once("reference", call.arguments(), call.reference(), "");
        functions.put("reference", reference);
        truth = run(reference, DataType.FLOAT64);
    }

    /** The result that is furthest off, and how far: infinite where a number is not finite. */
    record Error(double distance, String where) {

        static final Error NONE = new Error(0, "");

        Error worse(Error other) {
            return other.distance > distance || where.isEmpty() ? other : this;
        }
    }

    /**
     * @param library functions that hold the form under the operator's name
     */
    Error error(String library) {
        List<double[]> found;
        try {
            found = run(function(library), DataType.FLOAT32);
        } catch (RuntimeException e) {
            return new Error(Double.POSITIVE_INFINITY, call.label() + ": " + reason(e));
        }
        Error worst = Error.NONE;
        for (int i = 0; i < truth.size(); i++) {
            String of = i == 0 ? "output" : "gradient by " + call.arguments().split(", ")[i - 1];
            worst =
                    worst.worse(
                            new Error(
                                    distance(found.get(i), truth.get(i)),
                                    of + " of " + call.label()));
        }
        return worst;
    }

    /** Returns what PyTorch says, which comes last in its own report. */
    static String reason(RuntimeException thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage())
                .strip()
                .lines()
                .limit(2)
                .collect(Collectors.joining(" "));
    }

    /** Measures the seconds of the quickest of some calls. */
    double seconds(String library, int times) {
        TorchScriptFunction function = function(library);
        double quickest = Double.MAX_VALUE;
        for (int i = 0; i < times; i++) {
            try (NDManager scope = manager.newSubManager()) {
                NDArray[] inputs = typed(DataType.FLOAT32, scope);
                long begin = System.nanoTime();
                function.apply(inputs).close();
                quickest = Math.min(quickest, (System.nanoTime() - begin) / 1e9);
            }
        }
        return quickest;
    }

    private TorchScriptFunction function(String library) {
        return functions.computeIfAbsent(library, this::compiled);
    }

    private TorchScriptFunction compiled(String library) {
        String body = "return __torch__." + call.operator().function() + call.call();
        if (!backward) {
            // Weights and what they meet are rounded before, as a model's are.
            String rounded =
                    List.of(call.arguments().split(", ")).stream()
                            .map(name -> name + " = torch.to(" + name + ", 15)\n")
                            .reduce("", String::concat);
            body = rounded + body.replace("return ", "return torch.to(") + ", 6)";
        }
        return TorchScriptFunction.once(call.operator().title(), call.arguments(), body, library);
    }

    /** Computes the output, and the gradients. */
    private List<double[]> run(TorchScriptFunction function, DataType type) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray[] inputs = typed(type, scope);
            return backward
                    ? GradientTape.recordingAlone(() -> differentiated(function, inputs, type))
                    : List.of(doubles(function.apply(inputs)));
        }
    }

    private List<double[]> differentiated(
            TorchScriptFunction function, NDArray[] inputs, DataType type) {
        for (NDArray input : inputs) {
            input.setRequiresGradient(true);
        }
        NDArray output = function.apply(inputs);
        List<double[]> results = new ArrayList<>();
        results.add(doubles(output));
        if (direction == null) {
            direction = random(random, output.getShape(), manager);
        }
        try (NDArray along = copy(direction, type)) {
            GradientTape.differentiate(output, along);
        }
        for (NDArray input : inputs) {
            try (NDArray gradient = input.getGradient()) {
                results.add(doubles(gradient));
            }
        }
        return results;
    }

    private NDArray[] typed(DataType type, NDManager scope) {
        NDList typed = new NDList();
        for (NDArray argument : arguments) {
            NDArray copy = copy(argument, type);
            copy.attach(scope);
            typed.add(copy);
        }
        return typed.toArray(NDArray[]::new);
    }

    /**
     * Copies an array to a type. To its own type, toType would share the memory, and its gradient
     * with it.
     */
    private static NDArray copy(NDArray array, DataType type) {
        return array.getDataType() == type ? array.duplicate() : array.toType(type, true);
    }

    /** Makes a random array whose numbers are in PyTorch's own memory, not Java's. */
    private static NDArray random(SplittableRandom random, Shape shape, NDManager manager) {
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-RANGE, RANGE);
        }
        try (NDArray given = manager.create(values, shape)) {
            return given.duplicate();
        }
    }

    private static double[] doubles(NDArray array) {
        try (NDArray converted = array.toType(DataType.FLOAT64, true)) {
            return converted.toDoubleArray();
        }
    }

    /** Computes the length of the difference over the length of the truth. */
    static double distance(double[] found, double[] truth) {
        double difference = 0;
        double length = 0;
        for (int i = 0; i < truth.length; i++) {
            double d = found[i] - truth[i];
            difference += d * d;
            length += truth[i] * truth[i];
        }
        double distance = Math.sqrt(difference / length);
        return Double.isFinite(distance) ? distance : Double.POSITIVE_INFINITY;
    }

    @Override
    public void close() {
        functions.values().forEach(TorchScriptFunction::close);
        functions.clear();
    }
}
