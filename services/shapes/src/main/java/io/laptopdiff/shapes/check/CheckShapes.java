package io.laptopdiff.shapes.check;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.pipeline.GenerationSettings;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.shapes.dataset.Drawing;
import io.laptopdiff.shapes.dataset.ShapesDataset;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * The command that checks a trained model on captions it never saw: {@code CheckShapes --models DIR [--guidance G]
 * [--steps N] [--images N] [--sheet FILE]}. The result goes into the model card.
 */
public final class CheckShapes {

    private static final int GROUP = 16;
    private static final int BATCH = 64;
    private static final int ON_SHEET = 24;
    private static final long SEED = 99;
    private static final String HEADING = "\n## Held-out check\n";

    private Path models;
    private Path sheet;
    private double guidance = 5;
    private int steps = 25;
    private int count = 256;

    private CheckShapes() {}

    public static void main(String[] arguments) throws IOException {
        CheckShapes check = new CheckShapes();
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length || !check.take(arguments[i], arguments[i + 1])) {
                refuse("Option '" + arguments[i] + "' is unknown or lacks its value.");
            }
        }
        if (check.models == null) {
            refuse("Option --models is missing.");
        }
        check.run();
    }

    private boolean take(String option, String value) {
        switch (option) {
            case "--models" -> models = Path.of(value);
            case "--sheet" -> sheet = Path.of(value);
            case "--guidance" -> guidance = Double.parseDouble(value);
            case "--steps" -> steps = Integer.parseInt(value);
            case "--images" -> count = Integer.parseInt(value);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void refuse(String what) {
        System.err.println(what);
        System.err.println(
                "Usage: CheckShapes --models DIR [--guidance G] [--steps N] [--images N] [--sheet FILE]\n"
                        + "DIR holds the directories shapes and shapes-clip that TrainShapes wrote.");
        System.exit(2);
    }

    private void run() throws IOException {
        List<String> captions = new ArrayList<>();
        List<BufferedImage> real = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Drawing drawing = ShapesDataset.heldOut(SEED).get(i);
            captions.add(drawing.scene().caption());
            real.add(drawing.image().toBufferedImage());
        }
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                StableDiffusionPipeline pipeline = StableDiffusionPipeline.load(models.resolve("shapes"), manager);
                CaptionMatching matching = new CaptionMatching(models.resolve("shapes-clip"), manager)) {
            long start = System.nanoTime();
            List<BufferedImage> drawn =
                    pipeline.generate(
                            captions,
                            LongStream.range(0, count).toArray(),
                            GenerationSettings.of(steps, guidance).withBatchSize(BATCH),
                            (step, all) -> {});
            double seconds = (System.nanoTime() - start) / 1e9;
            double ofDrawn = 100.0 * matching.matched(drawn, captions, GROUP) / count;
            double ofReal = 100.0 * matching.matched(real, captions, GROUP) / count;
            String result = text(ofDrawn, ofReal, pipeline.scheduler().getClass().getSimpleName());
            System.out.println(result + String.format(Locale.ROOT, "Drawn in %.1f seconds.", seconds));
            record(result);
            if (sheet != null) {
                int shown = Math.min(ON_SHEET, count);
                SampleSheet.write(drawn.subList(0, shown), captions.subList(0, shown), sheet);
            }
        }
    }

    private String text(double ofDrawn, double ofReal, String sampler) {
        return String.format(
                Locale.ROOT,
                "%n%d held-out captions, %d steps of %s, guidance %s: the scorer gives **%.1f%%** of the generated"
                        + " images their own caption among %d (chance: %.0f%%), and %.1f%% of the images that the"
                        + " program drew for these captions.%n",
                count,
                steps,
                sampler,
                guidance,
                ofDrawn,
                GROUP,
                100.0 / GROUP,
                ofReal);
    }

    private void record(String result) throws IOException {
        Path card = models.resolve("shapes").resolve("README.md");
        String before = Files.exists(card) ? Files.readString(card) : "# shapes\n";
        int old = before.indexOf(HEADING);
        Files.writeString(card, (old < 0 ? before : before.substring(0, old)) + HEADING + result);
    }
}
