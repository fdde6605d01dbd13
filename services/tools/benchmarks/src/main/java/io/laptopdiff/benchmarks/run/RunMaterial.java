package io.laptopdiff.benchmarks.run;

import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * Captioned images of a model's size, and runs on them that are as short as a run can be whose
 * stages are all there.
 *
 * @param checkpoint a diffusers directory
 * @param images with captions, drawn here
 */
public record RunMaterial(Path checkpoint, Path images) {

    private static final int COUNT = 4;

    /**
     * Draws the images below a directory, unless they are there.
     *
     * @throws IOException if the disk refuses
     */
    public static RunMaterial below(Path directory, Path checkpoint) throws IOException {
        int side =
                UNetConfig.read(checkpoint.resolve("unet")).sampleSize()
                        * VaeConfig.read(checkpoint.resolve("vae")).downsamplingFactor();
        Path images = directory.resolve("images-" + side);
        Path metadata = images.resolve("metadata.jsonl");
        if (!Files.exists(metadata)) {
            Files.createDirectories(images);
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                Path file = images.resolve(i + ".png");
                ImageIO.write(gradient(i, side), "png", file.toFile());
                lines.add(
                        Json.write(
                                Map.of(
                                        "file_name",
                                        file.getFileName().toString(),
                                        "text",
                                        "gradient number " + i)));
            }
            Files.write(metadata, lines);
        }
        return new RunMaterial(checkpoint, images);
    }

    private static BufferedImage gradient(int number, int side) {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        Color from = Color.getHSBColor((float) number / COUNT, 1, 1);
        graphics.setPaint(new GradientPaint(0, 0, from, side, side, Color.BLACK));
        graphics.fillRect(0, 0, side, side);
        graphics.dispose();
        return image;
    }

    /**
     * Returns a run in which half of the parameters go: two samples to score on, eight distillation
     * steps with a bf16 teacher and gradient checkpointing, a checkpoint after five, one image on
     * the way, two prompts of five steps.
     *
     * @param scorer a CLIP model's directory
     */
    public RunSpec whole(Path scorer) {
        return Json.read(
                """
                {"teacher": %1$s,
                 "calibration": {"dataset": %2$s, "samples": 2, "slices": 1},
                 "variants": [{"name": "half", "ratio": 0.5}],
                 "distillation": {"dataset": %2$s, "steps": 8, "batchSize": 1, "teacherPrecision": "bf16",
                                  "gradientCheckpointing": true, "checkpointEverySteps": 5, "sampleImages": 1},
                 "evaluation": {"scorer": %3$s, "dataset": %2$s, "prompts": 2, "inferenceSteps": 5}}"""
                        .formatted(json(checkpoint), json(images), json(scorer)),
                RunSpec.class);
    }

    /** Three ratios, planned on one sample scored in bf16. */
    public RunSpec plans() {
        return Json.read(
                """
                {"teacher": %1$s, "planOnly": true, "scoring": {"precision": "bf16"},
                 "calibration": {"dataset": %2$s, "samples": 1, "slices": 1},
                 "variants": [{"ratio": 0.3}, {"ratio": 0.5}, {"ratio": 0.7}],
                 "distillation": {"dataset": %2$s, "steps": 1}, "evaluation": {"scorer": "none", "dataset": %2$s}}"""
                        .formatted(json(checkpoint), json(images)),
                RunSpec.class);
    }

    private static String json(Path path) {
        return Json.write(path.toAbsolutePath().toString());
    }
}
