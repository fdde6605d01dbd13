package io.laptopdiff.shapes.training;

/**
 * The whole training.
 *
 * @param offset the U-Net's last steps, with offset noise
 * @param latents images that are drawn and encoded once for the U-Net
 */
public record Recipe(
        StageRecipe vae, StageRecipe clip, StageRecipe unet, StageRecipe offset, int latents) {

    /** The recipe that the shipped weights were made with: about two hours on two cores. */
    public static final Recipe SHIPPED =
            new Recipe(
                    new StageRecipe(900, 24, 2e-3, 50, 0.99, 100),
                    new StageRecipe(500, 128, 1.5e-3, 100, 0, 100),
                    new StageRecipe(4000, 64, 1.5e-3, 200, 0.999, 250),
                    new StageRecipe(8000, 64, 1.5e-3, 100, 0.999, 250),
                    20_000);
}
