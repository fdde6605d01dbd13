package io.laptopdiff.benchmarks.measure;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.MachineMemory;
import io.laptopdiff.diffusion.engine.Processor;
import io.laptopdiff.diffusion.unet.Bfloat16UNet;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Times our passes and steps against those of PyTorch and diffusers, in turns in one sitting:
 * ratios say more than seconds, which are another machine's tomorrow.
 */
public final class PeerSpeed {

    /** System property: a Python that has torch and diffusers. */
    public static final String PYTHON = "laptopdiff.bench.python";

    /** System property: a library that the peer preloads, such as tcmalloc's; none where absent. */
    public static final String PRELOAD = "laptopdiff.bench.peer-preload";

    public static final String OURS = "ours ";
    public static final String PEER = "peer ";
    public static final String FP32 = "fp32 pass seconds";
    public static final String BF16 = "bf16 pass seconds";
    public static final String STEP = "half-width step seconds";
    public static final String PASS_PEAK = "fp32 pass peak bytes";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROUNDS = 2;
    private static final int TIMES = 5;

    private final Path checkpoint;
    private final Map<String, Double> least = new LinkedHashMap<>();

    private PeerSpeed(Path checkpoint) {
        this.checkpoint = checkpoint;
    }

    /**
     * @param checkpoint a diffusers directory
     * @return the seconds that each took, the least of a pass and the median of a step, the better
     *     of the peer's ways and the better round; bf16 only where the processor multiplies such
     *     numbers (elsewhere PyTorch takes minutes for a pass)
     * @throws IllegalStateException if no Python is named, or it fails
     */
    public static Map<String, Double> measure(Path checkpoint) throws Exception {
        String python = System.getProperty(PYTHON, "");
        if (python.isBlank()) {
            throw new IllegalStateException(
                    "name a Python that has torch and diffusers: bench --only peer --python FILE");
        }
        return new PeerSpeed(checkpoint).measure(python);
    }

    private Map<String, Double> measure(String python) throws Exception {
        boolean bf16 = Processor.here().multipliesBfloat16();
        for (int round = 0; round < ROUNDS; round++) {
            ourPasses(false, FP32);
            // Of the first round: what comes later in this process occupies more.
            take(OURS + PASS_PEAK, new MachineMemory().peakResident());
            peer(python, "pass", "fp32", FP32, PASS_PEAK);
            peer(python, "pass", "fp32-cl", FP32, PASS_PEAK);
            if (bf16) {
                ourPasses(true, BF16);
                peer(python, "pass", "bf16", BF16, null);
                peer(python, "pass", "bf16-attention-fp32", BF16, null);
            }
            take(OURS + STEP, HalfWidthStep.measure(checkpoint).get(HalfWidthStep.STEP));
            peer(python, "step", "eager", STEP, null);
            peer(python, "step", "eager-cl", STEP, null);
        }
        return least;
    }

    private void ourPasses(boolean bf16, String figure) {
        try (NDManager manager = Devices.newCpuManager();
                UNet unet =
                        bf16
                                ? Bfloat16UNet.load(checkpoint.resolve("unet"), manager)
                                : UNet2DConditionModel.load(checkpoint.resolve("unet"), manager)) {
            Pass pass = new Pass(unet.config(), manager);
            pass.run(unet, Set.of());
            for (int i = 0; i < TIMES; i++) {
                take(OURS + figure, Timing.seconds(() -> pass.run(unet, Set.of())));
            }
        }
    }

    private void peer(String python, String work, String mode, String figure, String peak)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("peer");
        Path script = directory.resolve("peer.py");
        Path said = directory.resolve("said");
        try (InputStream in =
                PeerSpeed.class.getResourceAsStream("/io/laptopdiff/benchmarks/peer/peer.py")) {
            Files.copy(in, script);
        }
        List<String> command = new ArrayList<>(List.of(python, script.toString()));
        command.add(checkpoint.resolve("unet").resolve("config.json").toString());
        command.addAll(List.of(work, mode, Integer.toString(TIMES)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(said.toFile());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .put(
                        "OMP_NUM_THREADS",
                        Integer.toString(Runtime.getRuntime().availableProcessors()));
        String preload = System.getProperty(PRELOAD, "");
        if (!preload.isBlank()) {
            builder.environment().put("LD_PRELOAD", preload);
        }
        if (builder.start().waitFor() != 0) {
            throw new IllegalStateException("the peer failed: " + String.join(" ", command));
        }
        String text = Files.readString(said, StandardCharsets.UTF_8).strip();
        JsonNode answer = JSON.readTree(text.substring(text.lastIndexOf('\n') + 1));
        double[] seconds = new double[TIMES];
        for (int i = 0; i < TIMES; i++) {
            seconds[i] = answer.get("seconds").get(i).asDouble();
        }
        Arrays.sort(seconds);
        // Our own step says its median.
        take(PEER + figure, figure.equals(STEP) ? seconds[TIMES / 2] : seconds[0]);
        if (peak != null) {
            take(PEER + peak, answer.get("peak").asDouble());
        }
        Files.delete(script);
        Files.delete(said);
        Files.delete(directory);
    }

    private void take(String figure, double value) {
        least.merge(figure, value, Math::min);
    }
}
