package io.laptopdiff.shapes.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The README.md of the model directory: what it is, how it was made, what came out. */
record ModelCard(ShapesTraining.Report report, Recipe recipe, long seed) {

    void write(Path directory) throws IOException {
        double minutes =
                (report.vae().seconds()
                                + report.clip().seconds()
                                + report.unet().seconds()
                                + report.offset().seconds())
                        / 60;
        StringBuilder card = new StringBuilder();
        card.append("---\nlicense: apache-2.0\npipeline_tag: text-to-image\n---\n\n# shapes\n\n");
        card.append(
                        "A small latent diffusion model in the layout of Stable Diffusion v1.5. It draws one or two shapes")
                .append(
                        " on a coloured background, 64x64 pixels, from captions such as *a large green star left of a")
                .append(
                        " small yellow square on a gray background*. It was trained from nothing on images drawn by")
                .append(" a program; one caption in ten was held out.\n\n");
        card.append("## How it was made\n\n");
        card.append("- Command: `io.laptopdiff.shapes.training.TrainShapes --out DIR --seed ")
                .append(seed)
                .append("`\n");
        card.append(
                String.format(
                        Locale.ROOT,
                        "- Time: %.0f minutes of training, stages added up%n",
                        minutes));
        card.append("- Hardware: ")
                .append(Runtime.getRuntime().availableProcessors())
                .append(" CPU cores, ")
                .append(System.getProperty("os.arch"))
                .append(", no GPU; Java ")
                .append(Runtime.version().feature())
                .append("\n");
        card.append("- Seed: ").append(seed).append("\n\n");
        card.append(
                        "| stage | parameters | steps | images a step | peak learning rate | minutes | losses at the end |\n")
                .append("|---|---|---|---|---|---|---|\n");
        row(card, "vae", "vae", recipe.vae(), report.vae());
        row(card, "clip", "shapes-clip", recipe.clip(), report.clip());
        row(card, "unet", "unet", recipe.unet(), report.unet());
        row(card, "unet, offset noise", "unet", recipe.offset(), report.offset());
        card.append("\nLosses are means over the last steps. The text encoder (")
                .append(report.parameters().get("text_encoder"))
                .append(" parameters) is CLIP's text tower.\n");
        Files.writeString(directory.resolve("README.md"), card);
    }

    private void row(
            StringBuilder card,
            String stage,
            String part,
            StageRecipe stageRecipe,
            Progress progress) {
        StringBuilder losses = new StringBuilder();
        for (Map.Entry<String, Double> term : progress.lastLosses().entrySet()) {
            losses.append(losses.isEmpty() ? "" : ", ")
                    .append(term.getKey())
                    .append(String.format(Locale.ROOT, " %.4f", term.getValue()));
        }
        card.append(
                String.format(
                        Locale.ROOT,
                        "| %s | %,d | %d | %d | %s | %.1f | %s |%n",
                        stage,
                        report.parameters().get(part),
                        stageRecipe.steps(),
                        stageRecipe.batchSize(),
                        stageRecipe.learningRate(),
                        progress.seconds() / 60,
                        losses));
    }
}
