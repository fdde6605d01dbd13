package io.laptopdiff.diffusion.engine;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import io.laptopdiff.diffusion.device.NativeSettings;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operators of this process, in the forms that were found right on this machine. What was found
 * is kept beside PyTorch's native libraries ({@code DJL_CACHE_DIR}), per machine and version.
 */
public final class CheckedOperators {

    private static final Logger LOG = LoggerFactory.getLogger(CheckedOperators.class);

    /**
     * A system property that makes forms compute wrong numbers, to see what happens then: operators
     * in the words of {@link Operator}, separated by commas, each with {@code :all} behind it where
     * every form of it is meant, and not only the preferred one.
     */
    public static final String FAULT = "laptopdiff.engine.fault";

    private static final Supplier<String> LIBRARY = CheckedOperators::library;

    private static CheckedOperators here;

    private final EngineReport report;
    private final OperatorForms forms;

    private CheckedOperators(EngineReport report, OperatorForms forms) {
        this.report = report;
        this.forms = forms;
    }

    /**
     * Returns what the self-check found; loads the engine, and checks where nobody has on this
     * machine.
     */
    public static EngineReport report() {
        return ofThisProcess().report;
    }

    /**
     * Throws unless every operator is right.
     *
     * @throws EngineException if numbers would be wrong
     */
    public static void requireRight() {
        report().problem()
                .ifPresent(
                        problem -> {
                            throw problem;
                        });
    }

    /** Returns the directory where what was found is kept for later processes. */
    public static Path directory() {
        return Utils.getCacheDir().resolve("laptop-diff");
    }

    /**
     * Makes a function that may call {@code __torch__.conv2d}, {@code linear}, {@code attention},
     * {@code group_norm}, {@code layer_norm}, {@code silu}, {@code gelu} and {@code low_precision},
     * which are the operators in their right forms. It is compiled when it is first called, and
     * throws {@link EngineException} then where there is no right form.
     *
     * @param name shown in errors
     * @param arguments names of the tensor arguments, e.g. {@code "x, weight, bias"}
     * @param body TorchScript statements; the last one returns a tensor
     */
    public static TorchScriptFunction function(String name, String arguments, String body) {
        return TorchScriptFunction.of(name, arguments, body, LIBRARY);
    }

    private static String library() {
        requireRight();
        CheckedOperators checked = ofThisProcess();
        Map<Operator, OperatorForm> chosen = new EnumMap<>(Operator.class);
        for (Operator operator : Operator.values()) {
            String form = checked.report.chosen(operator).orElseThrow().form();
            chosen.put(
                    operator,
                    checked.forms.of(operator).stream()
                            .filter(one -> one.name().equals(form))
                            .findFirst()
                            .orElseThrow());
        }
        return OperatorLibrary.source(chosen);
    }

    private static synchronized CheckedOperators ofThisProcess() {
        if (here == null) {
            Processor processor = Processor.here();
            OperatorForms forms =
                    OperatorForms.of(processor).withFaults(System.getProperty(FAULT, ""));
            here =
                    new CheckedOperators(
                            found(processor, forms, new KeptReports(directory())), forms);
        }
        return here;
    }

    static EngineReport found(Processor processor, OperatorForms forms, KeptReports kept) {
        NativeSettings.apply(); // before the libraries load
        Engine engine = Engine.getEngine("PyTorch");
        String key =
                KeptReports.key(processor, engine.getVersion(), JniUtils.getNumThreads(), forms);
        EngineReport report = kept.find(key).orElseGet(() -> checked(forms, key, kept));
        report.refused()
                .forEach(
                        finding ->
                                LOG.warn("operator refused as wrong finding={}", finding.text()));
        LOG.info(
                "engine checked libtorch={} threads={} kept={} seconds={} forms={}",
                report.libtorch(),
                report.threads(),
                report.kept(),
                "%.1f".formatted(report.seconds()),
                report.findings().stream()
                        .filter(EngineReport.Finding::chosen)
                        .map(one -> one.operator() + "=" + one.form())
                        .collect(Collectors.joining(", ")));
        return report;
    }

    private static EngineReport checked(OperatorForms forms, String key, KeptReports kept) {
        try {
            EngineReport report = new EngineCheck(forms, Clock.systemUTC()).run();
            kept.keep(key, report);
            return report;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during the engine's self-check", e);
        }
    }
}
