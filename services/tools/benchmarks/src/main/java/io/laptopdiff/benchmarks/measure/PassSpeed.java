package io.laptopdiff.benchmarks.measure;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.unet.Bfloat16UNet;
import io.laptopdiff.diffusion.unet.MacCounter;
import io.laptopdiff.diffusion.unet.Macs;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Passes in both precisions against the rates of the same minutes. */
public final class PassSpeed {

    public static final String FP32 = "fp32 pass seconds";
    public static final String BF16 = "bf16 pass seconds";
    public static final String ERROR = "bf16 relative error";
    public static final String CONVOLUTION = "fp32 convolution FLOP/s";
    public static final String PRODUCT = "fp32 product FLOP/s";
    public static final String LEAST = "fp32 seconds at these rates";
    public static final String CONVOLUTION_MACS = "convolution MACs";
    public static final String LINEAR_MACS = "linear MACs";
    public static final String ATTENTION_MACS = "attention MACs";

    private static final int ROUNDS = 5;
    private static final int STAGES = 3;

    private PassSpeed() {}

    /**
     * @param checkpoint a diffusers directory
     * @return figures by the names above
     */
    public static Map<String, Double> measure(Path checkpoint) {
        try (NDManager manager = Devices.auto().newManager();
                UNet full = UNet2DConditionModel.load(checkpoint.resolve("unet"), manager);
                UNet half = Bfloat16UNet.load(checkpoint.resolve("unet"), manager)) {
            Pass pass = new Pass(full.config(), manager);
            int size = full.config().sampleSize();
            Macs macs = MacCounter.count(full.layout(), size, size, Pass.TOKENS, List.of());
            float[] expected = pass.run(full, Set.of());
            double error = Pass.distance(pass.run(half, Set.of()), expected);
            double fp32 = Double.MAX_VALUE;
            double bf16 = Double.MAX_VALUE;
            Rates rates = new Rates(0, 0);
            for (int i = 0; i < ROUNDS; i++) {
                fp32 = Math.min(fp32, Timing.seconds(() -> pass.run(full, Set.of())));
                bf16 = Math.min(bf16, Timing.seconds(() -> pass.run(half, Set.of())));
                rates = best(rates, rates(full, manager));
            }
            Map<String, Double> values = new LinkedHashMap<>();
            values.put(FP32, fp32);
            values.put(BF16, bf16);
            values.put(ERROR, error);
            values.put(CONVOLUTION, rates.convolution());
            values.put(PRODUCT, rates.product());
            values.put(LEAST, rates.least(macs));
            values.put(CONVOLUTION_MACS, (double) macs.convolution());
            values.put(LINEAR_MACS, (double) macs.linear());
            values.put(ATTENTION_MACS, (double) macs.attention());
            return values;
        }
    }

    private static Rates best(Rates a, Rates b) {
        return new Rates(
                Math.max(a.convolution(), b.convolution()), Math.max(a.product(), b.product()));
    }

    private static Rates rates(UNet unet, NDManager manager) {
        int[] channels =
                unet.config().down().stream()
                        .limit(STAGES)
                        .mapToInt(stage -> stage.channels())
                        .toArray();
        return Rates.measure(manager, channels, unet.config().sampleSize());
    }
}
