package io.laptopdiff.diffusion.torchscript;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.training.ParameterStore;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.NativeSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One TorchScript function, compiled once, that runs forward and backward inside DJL's autograd.
 *
 * <p>All arguments are tensors (or lists of tensors, see {@link #ofLists}); sizes, flags and
 * constants are written into the body. Gradients are recorded only while a {@link GradientTape} is
 * open on the calling thread. Thread-safe.
 *
 * <p>The results belong to the manager of the <b>first</b> argument, so pass the activation first
 * and weights after.
 */
public final class TorchScriptFunction implements AutoCloseable {

    private static final String GRAPH_OPTIMIZER = "ai.djl.pytorch.graph_optimizer";

    static {
        NativeSettings.apply();
        // The profiling executor specialises anew for every shape and costs a third of a training
        // step (docs/decisions).
        if (System.getProperty(GRAPH_OPTIMIZER) == null) {
            System.setProperty(GRAPH_OPTIMIZER, "false");
        }
    }

    private static final Supplier<String> NO_LIBRARY = () -> "";

    /** One native module per source text and library, kept for the life of the process. */
    private static final Map<List<Object>, TorchScriptFunction> COMPILED =
            new ConcurrentHashMap<>();

    private final String name;
    private final String forward;
    private final Supplier<String> library;
    private volatile Compiled compiled;

    /**
     * The module that PyTorch made of the function.
     *
     * @param model strongly reachable: once collected, the native handle is released under us
     */
    private record Compiled(Model model, PtSymbolBlock block, ParameterStore noParameters) {

        static Compiled of(String name, String forward, String library) {
            // There are no tensors in it; on the default device it would take a GPU that is
            // another's.
            Model model = Model.newInstance(name, Device.cpu(), "PyTorch");
            try {
                model.load(new ByteArrayInputStream(TorchScriptArchive.of(library, forward)));
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "TorchScript function '" + name + "' could not be loaded", e);
            } catch (MalformedModelException | RuntimeException e) {
                throw new IllegalStateException(
                        "TorchScript function '"
                                + name
                                + "' does not compile:\n"
                                + library
                                + forward,
                        e);
            }
            return new Compiled(
                    model,
                    (PtSymbolBlock) model.getBlock(),
                    new ParameterStore(Devices.newCpuManager(), false));
        }
    }

    private TorchScriptFunction(String name, String forward, Supplier<String> library) {
        this.name = name;
        this.forward = forward;
        this.library = library;
    }

    /**
     * Compiles the function when it is first called: who only asks for the shapes of a model's
     * tensors needs no engine, and may have none.
     */
    private Compiled compiled() {
        Compiled there = compiled;
        if (there == null) {
            synchronized (this) {
                there = compiled;
                if (there == null) {
                    there = Compiled.of(name, forward, library.get());
                    compiled = there;
                }
            }
        }
        return there;
    }

    /**
     * Makes a function of tensors that returns one tensor.
     *
     * @param name shown in errors
     * @param arguments names of the tensor arguments, e.g. {@code "x, weight, bias"}
     * @param body TorchScript statements; the last one returns a tensor
     */
    public static TorchScriptFunction of(String name, String arguments, String body) {
        return compiled(name, typed(arguments, "Tensor"), "Tensor", body);
    }

    /**
     * Makes a function as {@link #of(String, String, String)} does, with further functions that the
     * body calls as {@code __torch__.name(...)}.
     *
     * @param library their source, asked for when this function is first called; the same object
     *     stands for the same source
     */
    public static TorchScriptFunction of(
            String name, String arguments, String body, Supplier<String> library) {
        String forward = source(typed(arguments, "Tensor"), "Tensor", body);
        return COMPILED.computeIfAbsent(
                List.of(forward, library), key -> new TorchScriptFunction(name, forward, library));
    }

    /**
     * Makes a function as {@link #of(String, String, String, Supplier)} does, but for the caller
     * alone, who closes it.
     */
    public static TorchScriptFunction once(
            String name, String arguments, String body, String library) {
        return new TorchScriptFunction(
                name, source(typed(arguments, "Tensor"), "Tensor", body), () -> library);
    }

    /**
     * Makes a function as {@link #of} does, but the body returns a list of tensors; call it with
     * {@link #applyAll}.
     */
    public static TorchScriptFunction ofMany(String name, String arguments, String body) {
        return compiled(name, typed(arguments, "Tensor"), "List[Tensor]", body);
    }

    /**
     * Makes a function whose arguments are lists of tensors, never recorded for gradients; the body
     * returns one tensor.
     *
     * <p>Lists that arrive as arguments are visible from outside, so in-place operators on their
     * elements are not removed as dead code, as they would be on lists built in the body.
     */
    public static TorchScriptFunction ofLists(String name, String arguments, String body) {
        return compiled(name, typed(arguments, "List[Tensor]"), "Tensor", body);
    }

    private static TorchScriptFunction compiled(
            String name, String signature, String returns, String body) {
        String forward = source(signature, returns, body);
        return COMPILED.computeIfAbsent(
                List.of(forward, NO_LIBRARY),
                key -> new TorchScriptFunction(name, forward, NO_LIBRARY));
    }

    /** Returns whether graphs are specialised by what they are called with. */
    static boolean optimizesGraphs() {
        return Boolean.getBoolean(GRAPH_OPTIMIZER);
    }

    /** Returns the source of a {@code forward} as {@link TorchScriptArchive} takes it. */
    static String source(String signature, String returns, String body) {
        String indented = body.strip().replace("\n", "\n    ");
        return "  def forward(self: __torch__.Ops,\n    "
                + signature
                + ") -> "
                + returns
                + ":\n    "
                + indented
                + "\n";
    }

    private static String typed(String arguments, String type) {
        return arguments.replaceAll("(\\w+)", "$1: " + type).replace(", ", ",\n    ");
    }

    /**
     * @param inputs one array per argument; the manager of the first owns the result
     * @return the tensor that the body returns
     */
    public NDArray apply(NDArray... inputs) {
        return applyAll(inputs).singletonOrThrow();
    }

    /**
     * @param inputs one array per argument; the manager of the first owns the results
     * @return the tensors that the body returns
     */
    public NDList applyAll(NDArray... inputs) {
        GradientTape.settleThread();
        // "training" even without a tape: DJL's other mode makes inference tensors, which no loss
        // can take up later.
        Compiled function = compiled();
        return function.block().forward(function.noParameters(), new NDList(inputs), true);
    }

    /**
     * Calls the function with weights in bfloat16; never recorded for gradients.
     *
     * @param activations the first arguments; the manager of the first owns the result
     * @param weights the further arguments
     * @return the FLOAT32 tensor that the body returns
     */
    public NDArray apply(NDArray[] activations, List<Bfloat16Tensor> weights) {
        IValue[] values = new IValue[activations.length + weights.size()];
        try {
            for (int i = 0; i < activations.length; i++) {
                values[i] = IValue.from((PtNDArray) activations[i]);
            }
            for (int i = 0; i < weights.size(); i++) {
                values[activations.length + i] = weights.get(i).value();
            }
            try (IValue result = call(values)) {
                return result.toTensor((PtNDManager) activations[0].getManager());
            }
        } finally {
            for (int i = 0; i < activations.length; i++) {
                if (values[i] != null) {
                    values[i].close();
                }
            }
        }
    }

    /** Calls the function; the caller owns the result. */
    IValue call(IValue... values) {
        GradientTape.settleThread();
        return compiled().block().forward(values);
    }

    /**
     * Calls a function made by {@link #ofLists}.
     *
     * @param owner the manager of the result
     */
    public NDArray applyLists(NDManager owner, List<List<NDArray>> lists) {
        IValue[] values = new IValue[lists.size()];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = IValue.listFrom(lists.get(i).toArray(PtNDArray[]::new));
            }
            try (IValue result = call(values)) {
                return result.toTensor((PtNDManager) owner);
            }
        } finally {
            for (IValue value : values) {
                if (value != null) {
                    value.close();
                }
            }
        }
    }

    /** Releases the native module; only functions made by {@link #once} are closed. */
    @Override
    public void close() {
        Compiled there = compiled;
        if (there != null) {
            there.model().close();
        }
    }

    @Override
    public String toString() {
        return "TorchScriptFunction[" + name + "]";
    }
}
