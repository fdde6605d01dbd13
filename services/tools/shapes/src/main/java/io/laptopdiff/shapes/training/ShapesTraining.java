package io.laptopdiff.shapes.training;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.JsonFiles;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.clip.ClipConfig;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.diffusion.vae.VaeConfig;
import io.laptopdiff.shapes.dataset.ShapesDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/**
 * The stages, each of which goes on from its own last checkpoint: autoencoder, CLIP, U-Net. Weights
 * are drawn and batches chosen from the seed alone.
 */
final class ShapesTraining {

    private static final double NOISE_OFFSET = 0.2;

    private final ModelDirectories directories;
    private final Path checkpoints;
    private final Recipe recipe;
    private final long seed;
    private final ShapesDataset dataset;

    ShapesTraining(Path out, Recipe recipe, long seed) {
        this.directories = new ModelDirectories(out);
        this.checkpoints = out.resolve("checkpoints");
        this.recipe = recipe;
        this.seed = seed;
        this.dataset = ShapesDataset.training(seed);
    }

    /** How each stage went. */
    record Report(
            Progress vae,
            Progress clip,
            Progress unet,
            Progress offset,
            double scalingFactor,
            Map<String, Long> parameters) {}

    /**
     * Trains what is not trained yet and writes the model directories.
     *
     * @throws IOException if the disk refuses
     */
    Report run(NDManager manager) throws IOException {
        directories.writeConfigs();
        Progress vae = trainVae(manager);
        Progress clip = trainClip(manager);
        try (AutoencoderKL encoder = AutoencoderKL.load(directories.vae(), manager);
                ClipTextModel text = ClipTextModel.load(directories.textEncoder(), manager);
                ClipModel scorer = ClipModel.load(directories.clip(), manager);
                ClipTokenizer tokenizer = ClipTokenizer.load(directories.tokenizer())) {
            Latents latents =
                    Latents.encode(encoder, tokenizer, dataset, recipe.latents(), manager);
            double scale = latents.scalingFactor();
            ObjectNode config = encoder.config().json().deepCopy();
            JsonFiles.write(
                    directories.vae().resolve("config.json"), config.put("scaling_factor", scale));
            UNetLayout layout = UNetLayout.of(UNetConfig.read(directories.unet()));
            TrainingLoop.Result plain =
                    trainUNet(
                            "unet",
                            recipe.unet(),
                            0,
                            fresh(layout),
                            latents,
                            scale,
                            text,
                            tokenizer,
                            manager);
            Progress unet = plain.progress();
            Progress offset;
            try (StateDict from = plain.weights()) {
                TrainingLoop.Result last =
                        trainUNet(
                                "unet-offset",
                                recipe.offset(),
                                NOISE_OFFSET,
                                from::copy,
                                latents,
                                scale,
                                text,
                                tokenizer,
                                manager);
                offset = last.progress();
                try (StateDict weights = last.weights()) {
                    weights.write(directories.unet(), UNet2DConditionModel.WEIGHTS, TensorType.F16);
                }
            }
            Map<String, Long> parameters =
                    Map.of(
                            "vae", encoder.weights().parameters(),
                            "text_encoder", text.weights().parameters(),
                            "shapes-clip", scorer.weights().parameters(),
                            "unet", layout.parameters());
            return new Report(vae, clip, unet, offset, scale, parameters);
        }
    }

    private Progress trainVae(NDManager manager) throws IOException {
        VaeConfig config = VaeConfig.read(directories.vae());
        Map<String, Shape> shapes = AutoencoderKL.tensors(config);
        TrainingLoop.Result result =
                loop("vae", recipe.vae(), manager)
                        .run(
                                shapes,
                                owner -> StateDict.random(shapes, seed, owner),
                                weights ->
                                        new VaeObjective(
                                                AutoencoderKL.of(config, weights),
                                                dataset,
                                                recipe.vae().batchSize()));
        try (StateDict weights = result.weights()) {
            weights.write(directories.vae(), "diffusion_pytorch_model", TensorType.F16);
        }
        return result.progress();
    }

    private Progress trainClip(NDManager manager) throws IOException {
        ClipConfig config = ClipConfig.read(directories.clip());
        Map<String, Shape> shapes = ClipModel.tensors(config);
        try (ClipTokenizer tokenizer = ClipTokenizer.load(directories.clip())) {
            TrainingLoop.Result result =
                    loop("clip", recipe.clip(), manager)
                            .run(
                                    shapes,
                                    owner -> freshClip(config, shapes, owner),
                                    weights ->
                                            new ClipObjective(
                                                    ClipModel.of(config, weights),
                                                    tokenizer,
                                                    dataset,
                                                    recipe.clip().batchSize()));
            try (StateDict weights = result.weights()) {
                weights.write(directories.clip(), "model", TensorType.F16);
                var textOnly =
                        shapes.keySet().stream()
                                .filter(name -> name.startsWith("text_model."))
                                .toList();
                try (StateDict text = weights.copy(textOnly, manager)) {
                    text.write(directories.textEncoder(), "model", TensorType.F16);
                }
            }
            return result.progress();
        }
    }

    private StateDict freshClip(ClipConfig config, Map<String, Shape> shapes, NDManager owner) {
        StateDict weights = StateDict.random(shapes, seed, owner);
        weights.get("logit_scale").set(new float[] {(float) config.logitScaleInit()});
        return weights;
    }

    private Function<NDManager, StateDict> fresh(UNetLayout layout) {
        return owner -> StateDict.random(layout.tensors(), seed, owner);
    }

    private TrainingLoop.Result trainUNet(
            String stage,
            StageRecipe stageRecipe,
            double offset,
            Function<NDManager, StateDict> start,
            Latents latents,
            double scale,
            ClipTextModel text,
            ClipTokenizer tokenizer,
            NDManager manager)
            throws IOException {
        UNetLayout layout = UNetLayout.of(UNetConfig.read(directories.unet()));
        return loop(stage, stageRecipe, manager)
                .run(
                        layout.tensors(),
                        start,
                        weights ->
                                new UNetObjective(
                                        new UNet2DConditionModel(layout, weights),
                                        text,
                                        latents,
                                        scale,
                                        tokenizer.encode(""),
                                        seed,
                                        stageRecipe.batchSize(),
                                        stage,
                                        offset));
    }

    private TrainingLoop loop(String stage, StageRecipe stageRecipe, NDManager manager) {
        return new TrainingLoop(stage, stageRecipe, checkpoints.resolve(stage), manager);
    }
}
