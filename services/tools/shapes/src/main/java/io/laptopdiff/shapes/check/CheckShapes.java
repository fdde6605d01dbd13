package io.laptopdiff.shapes.check;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.pipeline.GenerationSettings;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * The command that checks a trained model on captions it never saw; {@link CheckOptions#USAGE}
 * describes it.
 */
public final class CheckShapes {

    private static final int GROUP = CheckOptions.GROUP;
    private static final int BATCH = 64;
    private static final int ON_SHEET = 24;
    private static final String HEADING = "\n## Held-out check\n";

    private final CheckOptions options;
    private final HeldOutDrawings heldOut;
    private final PrintStream out;

    private CheckShapes(CheckOptions options, PrintStream out) {
        this.options = options;
        this.heldOut = HeldOutDrawings.of(options.seed(), options.images(), GROUP);
        this.out = out;
    }

    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.println(CheckOptions.USAGE);
            return;
        }
        CheckOptions options;
        try {
            options = CheckOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + CheckOptions.USAGE);
            System.exit(2);
            return;
        }
        run(options, System.out);
    }

    /**
     * Checks, prints and, with a single guidance scale, records.
     *
     * @throws IOException if the card or the sheet cannot be written
     */
    static void run(CheckOptions options, PrintStream out) throws IOException {
        new CheckShapes(options, out).run();
    }

    private void run() throws IOException {
        try (NDManager manager = Devices.auto().newManager();
                StableDiffusionPipeline pipeline =
                        StableDiffusionPipeline.load(options.models().resolve("shapes"), manager);
                CaptionMatching matching =
                        new CaptionMatching(options.models().resolve("shapes-clip"), manager)) {
            double ofReal = percentMatched(matching, heldOut.images());
            for (double guidance : options.guidance()) {
                long start = System.nanoTime();
                List<BufferedImage> drawn = draw(pipeline, guidance);
                double seconds = (System.nanoTime() - start) / 1e9;
                double ofDrawn = percentMatched(matching, drawn);
                out.printf(
                        Locale.ROOT,
                        "guidance=%s matched=%.1f%% ofReal=%.1f%% seconds=%.1f%n",
                        guidance,
                        ofDrawn,
                        ofReal,
                        seconds);
                if (options.guidance().size() == 1) {
                    record(
                            text(
                                    guidance,
                                    ofDrawn,
                                    ofReal,
                                    pipeline.scheduler().getClass().getSimpleName()));
                    if (options.sheet().isPresent()) {
                        int shown = Math.min(ON_SHEET, drawn.size());
                        SampleSheet.write(
                                drawn.subList(0, shown),
                                heldOut.captions().subList(0, shown),
                                options.sheet().get());
                    }
                }
            }
        }
    }

    private List<BufferedImage> draw(StableDiffusionPipeline pipeline, double guidance) {
        return pipeline.generate(
                heldOut.captions(),
                LongStream.range(0, options.images()).toArray(),
                GenerationSettings.of(options.steps(), guidance).withBatchSize(BATCH),
                (step, all) -> {});
    }

    private double percentMatched(CaptionMatching matching, List<BufferedImage> images) {
        return 100.0 * matching.matched(images, heldOut.captions(), GROUP) / images.size();
    }

    private String text(double guidance, double ofDrawn, double ofReal, String sampler) {
        return String.format(
                Locale.ROOT,
                "%nOn %d held-out captions (seed %d; all different within a group), with %d steps of %s and guidance %s,"
                        + " the scorer gives **%.1f%%** of the generated images their own caption among %d (chance:"
                        + " %.0f%%), and %.1f%% of the images that the program drew for these captions. The images"
                        + " begin with the noise of seeds 0 to %d.%n",
                options.images(),
                options.seed(),
                options.steps(),
                sampler,
                guidance,
                ofDrawn,
                GROUP,
                100.0 / GROUP,
                ofReal,
                options.images() - 1);
    }

    private void record(String result) throws IOException {
        Path card = options.models().resolve("shapes").resolve("README.md");
        String before = Files.exists(card) ? Files.readString(card) : "# shapes\n";
        int old = before.indexOf(HEADING);
        Files.writeString(card, (old < 0 ? before : before.substring(0, old)) + HEADING + result);
    }
}
