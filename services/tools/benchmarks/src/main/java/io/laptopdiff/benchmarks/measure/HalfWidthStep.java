package io.laptopdiff.benchmarks.measure;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.distillation.bench.OptimizerBenchmark;
import io.laptopdiff.distillation.bench.StepBenchmark;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Distillation steps of a U-Net of half the checkpoint's width, on half its latent size in a batch
 * of two, with random weights; and its optimizer against the memory's bandwidth.
 */
public final class HalfWidthStep {

    public static final String PARAMETERS = "parameters";
    public static final String TEACHER = "teacher seconds";
    public static final String FORWARD = "forward seconds";
    public static final String BACKWARD = "backward seconds";
    public static final String OPTIMIZER = "optimizer seconds";
    public static final String STEP = "step seconds";
    public static final String BANDWIDTH = "bandwidth bytes/s";
    public static final String OPTIMIZER_LEAST = "optimizer least seconds";
    public static final String OPTIMIZER_ALONE = "optimizer alone seconds";

    private static final String CHANNELS = "block_out_channels";
    private static final int BATCH = 2;
    private static final int STEPS = 5;

    private HalfWidthStep() {}

    /**
     * @param checkpoint a diffusers directory, of which only the U-Net's config is read
     * @return figures by the names above
     */
    public static Map<String, Double> measure(Path checkpoint) {
        UNetConfig whole = UNetConfig.read(checkpoint.resolve("unet"));
        ObjectNode config = whole.json().deepCopy();
        ArrayNode channels = config.putArray(CHANNELS);
        whole.json().get(CHANNELS).forEach(width -> channels.add(width.asInt() / 2));
        UNetLayout layout = UNetLayout.of(UNetConfig.of(config, checkpoint));
        OptimizerBenchmark.Result optimizer = OptimizerBenchmark.run(layout.tensors(), STEPS);
        StepBenchmark.Result step =
                StepBenchmark.run(
                        StepBenchmark.Setting.ofRandom(
                                config,
                                Set.of(),
                                BATCH,
                                whole.sampleSize() / 2,
                                Pass.TOKENS,
                                false,
                                STEPS));
        Map<String, Double> values = new LinkedHashMap<>(seconds(step));
        values.put(BANDWIDTH, optimizer.bytesPerSecond());
        values.put(OPTIMIZER_LEAST, optimizer.leastSeconds());
        values.put(OPTIMIZER_ALONE, optimizer.secondsPerStep());
        return values;
    }

    static Map<String, Double> seconds(StepBenchmark.Result step) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(PARAMETERS, (double) step.studentParameters());
        values.put(TEACHER, step.median().teacher());
        values.put(FORWARD, step.median().forward());
        values.put(BACKWARD, step.median().backward());
        values.put(OPTIMIZER, step.median().optimizer());
        values.put(STEP, step.median().total());
        return values;
    }
}
