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
 * Denoising: the error of the predicted noise (Ho, Jain, Abbeel, arXiv 2006.11239, equation 14)
 * with Min-SNR weights; one caption in ten is left out, so that classifier-free guidance works (Ho
 * and Salimans, arXiv 2207.12598).
 *
 * @param scale the latents' scaling factor
 * @param noCaption the token ids of the empty prompt
 * @param stage the name its random numbers depend on
 * @param offset standard deviation of a shift of the noise per image and channel. The schedule
 *     leaves a trace of the latent's mean at the last timestep, from which the U-Net learns the
 *     background instead of from the caption; sampling starts from noise whose mean tells nothing,
 *     and every background comes out wrong (Guttenberg, "Diffusion with Offset Noise", 2023; Lin et
 *     al., arXiv 2305.08891). A shift hides that trace.
 */
record UNetObjective(
        UNet2DConditionModel unet,
        ClipTextModel text,
        Latents latents,
        double scale,
        long[] noCaption,
        long seed,
        int batchSize,
        String stage,
        double offset)
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
        StepRandom random = new StepRandom(seed, stage, step);
        int elements = latents.elements();
        float[] noise = random.gaussians(batchSize * elements);
        if (offset > 0) {
            shift(noise, random);
        }
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
                        signal * latents.values()[image * elements + i]
                                + noiseLevel * noise[b * elements + i];
            }
            timesteps[b] = timestep;
            weights[b] = (float) NoiseLevels.weight(timestep);
            ids[b] = random.nextDouble() < CAPTION_DROPOUT ? noCaption : latents.ids()[image];
        }
        int side = unet.config().sampleSize();
        Shape shape = new Shape(batchSize, elements / (side * side), side, side);
        NDArray captions = text.encode(scope.create(ids)).lastHiddenState(); // (B, T, C)
        NDArray y =
                unet.forward(scope.create(noisy, shape), scope.create(timesteps), captions, null)
                        .sample();
        return LOSS.applyAll(y, scope.create(noise, shape), scope.create(weights));
    }

    /** Adds one draw to all positions of an image's channel. */
    private void shift(float[] noise, StepRandom random) {
        int positions = unet.config().sampleSize() * unet.config().sampleSize();
        float[] shifts = random.gaussians(noise.length / positions); // (B * C)
        for (int i = 0; i < noise.length; i++) {
            noise[i] += (float) offset * shifts[i / positions];
        }
    }
}
