package io.laptopdiff.distillation.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.run.FeatureNormalization;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.MachineMemory;
import io.laptopdiff.diffusion.device.NativeHeap;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.training.AdamW;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.diffusion.unet.Bfloat16UNet;
import io.laptopdiff.diffusion.unet.CheckpointedPass;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.unet.UNetOutput;
import io.laptopdiff.distillation.loss.DistillationLoss;
import io.laptopdiff.distillation.loss.LossWeights;
import io.laptopdiff.distillation.loss.StepLoss;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Times whole distillation steps: teacher, student, all three terms of the loss, backward, AdamW.
 */
public final class StepBenchmark {

    private static final double NANOS = 1e9;
    private static final int TIME_IDS = 6;

    private final Setting setting;
    private final UNet teacher;
    private final UNet2DConditionModel student;
    private final AdamW optimizer;
    private final NDManager manager;

    private StepBenchmark(Setting setting, NDManager manager) {
        this.setting = setting;
        this.manager = manager;
        if (setting.unet() == null) {
            UNet2DConditionModel full = random(setting.config(), manager);
            student = full.prune(setting.removedUnits(), manager);
            teacher = full;
        } else {
            try (UNet2DConditionModel full = UNet2DConditionModel.load(setting.unet(), manager)) {
                student = full.prune(setting.removedUnits(), manager);
            }
            NativeHeap.trim();
            teacher = Bfloat16UNet.load(setting.unet(), manager);
            NativeHeap.trim();
        }
        student.weights().requireGradients();
        optimizer = new AdamW(student.weights(), AdamW.Settings.DEFAULT, manager);
    }

    private static UNet2DConditionModel random(ObjectNode config, NDManager manager) {
        UNetLayout layout = UNetLayout.of(UNetConfig.of(config, Path.of("config.json")));
        return new UNet2DConditionModel(layout, StateDict.random(layout.tensors(), 1, manager));
    }

    /**
     * @param config a U-Net's {@code config.json}, for a teacher of random weights in fp32; else
     *     null
     * @param unet a U-Net's directory, for a teacher in bf16; else null
     * @param removedUnits what the student lacks
     * @param batch samples
     * @param latentSize height and width, in latent pixels
     * @param tokens of a caption
     * @param checkpointing gradient checkpointing per stage
     * @param steps measured; one more warms up
     */
    public record Setting(
            ObjectNode config,
            Path unet,
            Set<String> removedUnits,
            int batch,
            int latentSize,
            int tokens,
            boolean checkpointing,
            int steps) {

        /** Returns a setting with a teacher of random weights in fp32. */
        public static Setting ofRandom(
                ObjectNode config,
                Set<String> removedUnits,
                int batch,
                int latentSize,
                int tokens,
                boolean checkpointing,
                int steps) {
            return new Setting(
                    config, null, removedUnits, batch, latentSize, tokens, checkpointing, steps);
        }

        /** Returns a setting with a checkpoint's teacher in bf16. */
        public static Setting of(
                Path unet,
                Set<String> removedUnits,
                int batch,
                int latentSize,
                int tokens,
                boolean checkpointing,
                int steps) {
            return new Setting(
                    null, unet, removedUnits, batch, latentSize, tokens, checkpointing, steps);
        }
    }

    /**
     * Seconds of one step.
     *
     * @param teacher its pass, without gradients
     * @param forward the student's pass, and the loss
     * @param backward with what checkpointing computes again
     * @param optimizer norm, update and zeroing
     */
    public record Seconds(double teacher, double forward, double backward, double optimizer) {

        /** The whole step. */
        public double total() {
            return teacher + forward + backward + optimizer;
        }
    }

    /**
     * @param median the measured step of median length
     * @param loss total of the last step
     * @param peakResidentBytes the most that this process has occupied since it began; 0 where the
     *     system does not tell
     */
    public record Result(
            long teacherParameters,
            long studentParameters,
            Seconds median,
            double loss,
            long peakResidentBytes) {}

    /** Makes the weights, and runs the steps one after the other. */
    public static Result run(Setting setting) {
        try (NDManager manager = Devices.auto().newManager()) {
            StepBenchmark benchmark = new StepBenchmark(setting, manager);
            List<Seconds> measured = new ArrayList<>();
            double loss = 0;
            for (int i = 0; i <= setting.steps(); i++) {
                Step step = benchmark.new Step();
                loss = step.loss;
                if (i > 0) {
                    measured.add(step.seconds);
                }
            }
            measured.sort(Comparator.comparingDouble(Seconds::total));
            return new Result(
                    benchmark.teacher.parameters(),
                    benchmark.student.parameters(),
                    measured.get(measured.size() / 2),
                    loss,
                    new MachineMemory().peakResident());
        }
    }

    private NDArray normal(NDManager scope, long... shape) {
        return scope.randomNormal(new Shape(shape));
    }

    /** A step on inputs such as training makes: B samples, T tokens, h = w the latent size. */
    private final class Step {

        private final NDArray noisy; // (B, in channels, h, w)
        private final NDArray timestep; // (B)
        private final NDArray text; // (B, T, cross attention dim)
        private final NDArray target; // (B, out channels, h, w)
        private final AddedConditions added;
        private final Seconds seconds;
        private final double loss;
        private long lap = System.nanoTime();

        Step() {
            try (NDManager scope = manager.newSubManager();
                    NDManager pass = scope.newSubManager()) {
                UNetConfig config = teacher.config();
                int size = setting.latentSize();
                int batch = setting.batch();
                noisy = normal(pass, batch, config.inChannels(), size, size);
                timestep = scope.full(new Shape(batch), 500f);
                text = normal(scope, batch, setting.tokens(), config.crossAttentionDim());
                target = normal(scope, batch, config.outChannels(), size, size);
                added =
                        config.addition()
                                .map(a -> added(a.inputDim() - TIME_IDS * a.timeEmbedDim(), scope))
                                .orElse(null);
                lap();
                UNetOutput taught = teach(scope);
                final double teacherSeconds = lap();
                try (GradientTape tape = GradientTape.record()) {
                    CheckpointedPass checkpointed =
                            setting.checkpointing()
                                    ? CheckpointedPass.of(student, noisy, timestep, text, added)
                                    : null;
                    UNetOutput learnt =
                            checkpointed == null
                                    ? student.forward(noisy, timestep, text, added)
                                    : checkpointed.output();
                    StepLoss stepLoss =
                            new DistillationLoss(
                                            new LossWeights(
                                                    1, 1, 1, FeatureNormalization.SQUARED_L2))
                                    .of(learnt, taught, target);
                    loss = stepLoss.read().total();
                    final double forwardSeconds = lap();
                    if (checkpointed == null) {
                        tape.backward(stepLoss.total());
                    } else {
                        checkpointed.backward(stepLoss.total(), tape);
                    }
                    final double backwardSeconds = lap();
                    optimizer.step(1e-5, 1);
                    seconds = new Seconds(teacherSeconds, forwardSeconds, backwardSeconds, lap());
                }
            }
        }

        private AddedConditions added(int width, NDManager scope) {
            return new AddedConditions(
                    normal(scope, setting.batch(), width),
                    scope.full(new Shape(setting.batch(), TIME_IDS), 8f * setting.latentSize()));
        }

        /** Runs the teacher, and keeps nothing of its pass but output and features. */
        private UNetOutput teach(NDManager scope) {
            try (NDManager pass = scope.newSubManager()) {
                NDArray own = noisy.duplicate();
                own.attach(pass);
                UNetOutput output =
                        GradientTape.withoutRecording(
                                () -> teacher.forward(own, timestep, text, added));
                output.sample().attach(scope);
                output.features().values().forEach(feature -> feature.attach(scope));
                return output;
            }
        }

        private double lap() {
            long now = System.nanoTime();
            double lapSeconds = (now - lap) / NANOS;
            lap = now;
            return lapSeconds;
        }
    }
}
