package io.laptopdiff.shapes.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.diffusion.vae.LatentDistribution;
import io.laptopdiff.shapes.dataset.ShapesDataset;
import java.util.List;

/**
 * Reconstruction by square and absolute error of pixels, in which a pixel of a figure weighs five
 * of the background (else small figures vanish in it), by the error of differences between
 * neighbours (which keeps edges crisp), and by a small Kullback-Leibler term (Kingma and Welling,
 * arXiv 1312.6114) that keeps latents smooth.
 */
record VaeObjective(AutoencoderKL vae, ShapesDataset dataset, int batchSize)
        implements TrainingLoop.Objective {

    private static final TorchScriptFunction LOSS =
            TorchScriptFunction.ofMany(
                    "autoencoder loss",
                    "y, image, mean, logvar",
                    """
                    e = y - image
                    corner = torch.slice(torch.slice(image, 2, 0, 1, 1), 3, 0, 1, 1)
                    figure = torch.amax(torch.abs(image - corner), [1], True) > 0.25
                    weight = torch.mul(figure, 4.0) + 1.0
                    pixel = torch.mean(weight * torch.abs(e))
                    gx = torch.slice(e, 3, 1, 64, 1) - torch.slice(e, 3, 0, 63, 1)
                    gy = torch.slice(e, 2, 1, 64, 1) - torch.slice(e, 2, 0, 63, 1)
                    edge = torch.mean(torch.abs(gx)) + torch.mean(torch.abs(gy))
                    kl = torch.mean(torch.mul(torch.exp(logvar) + mean * mean - 1.0 - logvar, 0.5))
                    square = torch.mul(torch.mean(weight * e * e), 2.0)
                    total = square + torch.mul(pixel, 0.5) + torch.mul(edge, 0.25) + torch.mul(kl, 0.0002)
                    return [total, pixel, kl]""");

    @Override
    public List<String> terms() {
        return List.of("total", "pixel", "kl");
    }

    @Override
    public NDList at(int step, NDManager scope) {
        NDArray image = Batches.images(dataset, (long) step * batchSize, batchSize, scope);
        LatentDistribution latent = vae.encode(image);
        NDArray noise =
                new StepRandom(dataset.seed(), "vae", step)
                        .gaussians(latent.mean().getShape(), scope);
        NDArray y = vae.decode(latent.sample(noise));
        return LOSS.applyAll(y, image, latent.mean(), latent.logvar());
    }
}
