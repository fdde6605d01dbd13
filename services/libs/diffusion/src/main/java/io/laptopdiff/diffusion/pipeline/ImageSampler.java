package io.laptopdiff.diffusion.pipeline;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Draws images of prompts that are encoded already, with any U-Net that fits them: a student in the
 * middle of its training, or a teacher in bfloat16. One image at a time, for little memory.
 *
 * @param vae decodes
 * @param settings their batch size counts for nothing here
 */
public record ImageSampler(AutoencoderKL vae, Scheduler scheduler, GenerationSettings settings) {

    /**
     * Draws one image per prompt.
     *
     * @param prompts stay untouched
     * @param unconditional what guidance leads away from, one row
     * @param seeds one per prompt
     * @param parent what is needed meanwhile lives in sub-managers of it
     */
    public List<BufferedImage> draw(
            UNet unet,
            PromptEmbeddings prompts,
            PromptEmbeddings unconditional,
            long[] seeds,
            GenerationListener listener,
            NDManager parent) {
        Drawing drawing =
                new Drawing(
                        settings.guides() ? unconditional : null,
                        unet,
                        vae,
                        scheduler,
                        settings,
                        Set.of());
        List<BufferedImage> images = new ArrayList<>();
        for (int i = 0; i < seeds.length; i++) {
            int before = i;
            GenerationListener ofAll =
                    (step, steps) ->
                            listener.afterStep(before * steps + step, seeds.length * steps);
            try (NDManager one = parent.newSubManager()) {
                PromptEmbeddings prompt = prompts.slice(i, i + 1, one);
                images.addAll(drawing.draw(prompt, new long[] {seeds[i]}, ofAll, one));
            }
        }
        return images;
    }
}
