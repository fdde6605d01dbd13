package io.laptopdiff.distillation.loss;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.distillation.Losses;
import io.laptopdiff.contracts.run.FeatureNormalization;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.torchscript.GradientTape;
import io.laptopdiff.diffusion.training.AdamW;
import io.laptopdiff.diffusion.unet.AddedConditions;
import io.laptopdiff.diffusion.unet.Bfloat16UNet;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.unet.UNetOutput;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** One golden training batch with its teacher and student. */
final class GoldenStep implements AutoCloseable {

    private final NDManager manager = NDManager.newBaseManager();
    private final SafetensorsFile tensors;
    private final UNet teacher;
    private final UNet2DConditionModel student;
    private AdamW optimizer;

    private GoldenStep(Path directory, Path unet, JsonNode expected, Precision precision) {
        tensors = SafetensorsFile.open(directory.resolve("io.safetensors"));
        UNet2DConditionModel full = UNet2DConditionModel.load(unet, manager);
        teacher = precision == Precision.BF16 ? Bfloat16UNet.load(unet, manager) : full;
        student = full.prune(removed(expected), manager);
        student.weights().requireGradients();
    }

    static GoldenStep open(Path directory, Path unet, JsonNode expected) {
        return open(directory, unet, expected, Precision.FP32);
    }

    static GoldenStep open(Path directory, Path unet, JsonNode expected, Precision teacher) {
        return new GoldenStep(directory, unet, expected, teacher);
    }

    private static Set<String> removed(JsonNode expected) {
        Set<String> removed = new LinkedHashSet<>();
        expected.get("removed").forEach(unit -> removed.add(unit.asText()));
        return removed;
    }

    static void requireParameters(Path unet, JsonNode expected) {
        UNetLayout layout = UNetLayout.of(UNetConfig.read(unet));
        assertThat(layout.parameters()).isEqualTo(expected.get("teacher_parameters").asLong());
        assertThat(layout.parameters(removed(expected)))
                .isEqualTo(expected.get("student_parameters").asLong());
    }

    /** DDPM, scaled_linear from 0.00085 to 0.012. */
    static void checkNoising(Path directory, double tolerance) {
        ObjectNode config = new ObjectMapper().createObjectNode();
        config.put("num_train_timesteps", 1000).put("beta_schedule", "scaled_linear");
        config.put("beta_start", 0.00085).put("beta_end", 0.012);
        NoiseScheduler scheduler = NoiseScheduler.of(ModelConfig.of(directory, config));
        try (NDManager manager = NDManager.newBaseManager();
                SafetensorsFile file = SafetensorsFile.open(directory.resolve("io.safetensors"))) {
            NDArray noisy =
                    scheduler.addNoise(
                            file.read("latent", manager),
                            file.read("noise", manager),
                            file.read("timestep", manager));
            assertThat(relativeError(noisy, file.read("noisy", manager))).isLessThan(tolerance);
        }
    }

    private UNetOutput forward(UNet model, NDManager scope) {
        AddedConditions added =
                tensors.tensors().containsKey("time_ids")
                        ? new AddedConditions(
                                tensors.read("text_embeds", scope), tensors.read("time_ids", scope))
                        : null;
        return model.forward(
                tensors.read("noisy", scope),
                tensors.read("timestep", scope),
                tensors.read("encoder_hidden_states", scope),
                added);
    }

    private StepLoss loss(FeatureNormalization normalization, UNetOutput taught, NDManager scope) {
        LossWeights all = new LossWeights(1, 1, 1, normalization);
        return new DistillationLoss(all)
                .of(forward(student, scope), taught, tensors.read("noise", scope));
    }

    Losses losses(FeatureNormalization normalization) {
        try (NDManager scope = manager.newSubManager()) {
            return loss(normalization, forward(teacher, scope), scope).read();
        }
    }

    /** Shows what the teacher says. */
    void taught(Consumer<UNetOutput> look) {
        try (NDManager scope = manager.newSubManager()) {
            look.accept(forward(teacher, scope));
        }
    }

    /** Of the squared-l2 total, per parameter; the gradients are thrown away afterwards. */
    Map<String, Double> gradientNorms() {
        backward();
        Map<String, Double> norms = new LinkedHashMap<>();
        student.weights()
                .asMap()
                .forEach(
                        (name, weight) -> {
                            try (NDArray gradient = weight.getGradient()) {
                                double sum = 0;
                                for (float value : gradient.toFloatArray()) {
                                    sum += (double) value * value;
                                }
                                norms.put(name, Math.sqrt(sum));
                            }
                        });
        optimizer(AdamW.Settings.DEFAULT).zeroGradients();
        return norms;
    }

    private double backward() {
        try (NDManager scope = manager.newSubManager()) {
            UNetOutput taught = forward(teacher, scope);
            try (GradientTape tape = GradientTape.record()) {
                StepLoss loss = loss(FeatureNormalization.SQUARED_L2, taught, scope);
                tape.backward(loss.total());
                return loss.read().total();
            }
        }
    }

    /** One step of AdamW on the squared-l2 total; returns the total before it. */
    double train(JsonNode adamw) {
        double total = backward();
        AdamW.Settings settings =
                new AdamW.Settings(
                        adamw.get("betas").get(0).asDouble(),
                        adamw.get("betas").get(1).asDouble(),
                        adamw.get("eps").asDouble(),
                        adamw.get("weight_decay").asDouble());
        optimizer(settings).step(adamw.get("learning_rate").asDouble(), Double.POSITIVE_INFINITY);
        return total;
    }

    private AdamW optimizer(AdamW.Settings settings) {
        if (optimizer == null) {
            optimizer = new AdamW(student.weights(), settings, manager);
        }
        return optimizer;
    }

    double outputError(String tensor) {
        try (NDManager scope = manager.newSubManager()) {
            return relativeError(forward(student, scope).sample(), tensors.read(tensor, scope));
        }
    }

    /** |actual - expected| / |expected|. */
    private static double relativeError(NDArray actual, NDArray expected) {
        assertThat(actual.getShape()).isEqualTo(expected.getShape());
        float[] a = actual.toFloatArray();
        float[] e = expected.toFloatArray();
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < a.length; i++) {
            difference += ((double) a[i] - e[i]) * ((double) a[i] - e[i]);
            norm += (double) e[i] * e[i];
        }
        return Math.sqrt(difference / norm);
    }

    @Override
    public void close() {
        teacher.close();
        tensors.close();
        manager.close();
    }
}
