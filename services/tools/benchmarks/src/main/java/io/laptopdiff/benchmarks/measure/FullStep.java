package io.laptopdiff.benchmarks.measure;

import io.laptopdiff.diffusion.unet.LargestUnits;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.distillation.bench.StepBenchmark;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Times whole distillation steps of the checkpoint itself without half of its parameters: full
 * latent size, a batch of one, a bf16 teacher, gradient checkpointing.
 */
public final class FullStep {

    public static final String RATIO = "ratio";

    private static final double WANTED = 0.5;
    private static final int STEPS = 2;

    private FullStep() {}

    /**
     * @param checkpoint a diffusers directory
     * @return figures by the names of {@link HalfWidthStep} and above
     */
    public static Map<String, Double> measure(Path checkpoint) {
        Path unet = checkpoint.resolve("unet");
        UNetConfig config = UNetConfig.read(unet);
        StepBenchmark.Result step =
                StepBenchmark.run(
                        StepBenchmark.Setting.of(
                                unet,
                                LargestUnits.of(UNetLayout.of(config), WANTED),
                                1,
                                config.sampleSize(),
                                Pass.TOKENS,
                                true,
                                STEPS));
        Map<String, Double> values = new LinkedHashMap<>(HalfWidthStep.seconds(step));
        values.put(RATIO, 1 - (double) step.studentParameters() / step.teacherParameters());
        return values;
    }
}
