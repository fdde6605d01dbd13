package io.laptopdiff.shapes.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import java.util.List;

/**
 * Denoising: the error of the predicted noise (Ho, Jain, Abbeel, arXiv 2006.11239, equation 14) with Min-SNR weights;
 * one caption in ten is left out, so that classifier-free guidance works (Ho and Salimans, arXiv 2207.12598).
 *
 * @param scale the latents' scaling factor
 * @param noCaption the token ids of the empty prompt
 */
record UNetObjective(
        UNet2DConditionModel unet,
        ClipTextModel text,
        Latents latents,
        double scale,
        long[] noCaption,
        long seed,
        int batchSize)
        implements TrainingLoop.Objective {

    private static final double CAPTION_DROPOUT = 0.1;

    private static final TorchScriptFunction LOSS =
            TorchScriptFunction.ofMany(
                    "denoising loss",
                    "y, noise, weight",
                    """
                    e = torch.mean((y - noise) ** 2, [1, 2, 3])
                    return [torch.mean(e * weight), torch.mean(e)]""");

    @Override
    public List<String> terms() {
        return List.of("weighted", "mse");
    }

    @Override
    public NDList at(int step, NDManager scope) {
        StepRandom random = new StepRandom(seed, "unet", step);
        int elements = latents.elements();
        float[] noise = random.gaussians(batchSize * elements);
        float[] noisy = new float[noise.length];
        float[] timesteps = new float[batchSize];
        float[] weights = new float[batchSize];
        long[][] ids = new long[batchSize][];
        for (int b = 0; b < batchSize; b++) {
            int image = random.nextInt(latents.count());
            // one timestep from each of B equal parts of the range: the same mean, less variance
            int timestep = (int) ((b + random.nextDouble()) * NoiseLevels.COUNT / batchSize);
            float signal = (float) (NoiseLevels.signal(timestep) * scale);
            float noiseLevel = (float) NoiseLevels.noise(timestep);
            for (int i = 0; i < elements; i++) {
                noisy[b * elements + i] =
                        signal * latents.values()[image * elements + i] + noiseLevel * noise[b * elements + i];
            }
            timesteps[b] = timestep;
            weights[b] = (float) NoiseLevels.weight(timestep);
            ids[b] = random.nextDouble() < CAPTION_DROPOUT ? noCaption : latents.ids()[image];
        }
        int side = unet.config().sampleSize();
        Shape shape = new Shape(batchSize, elements / (side * side), side, side);
        NDArray captions = text.encode(scope.create(ids)).lastHiddenState(); // (B, T, C)
        NDArray y = unet.forward(scope.create(noisy, shape), scope.create(timesteps), captions, null).sample();
        return LOSS.applyAll(y, scope.create(noise, shape), scope.create(weights));
    }
}
