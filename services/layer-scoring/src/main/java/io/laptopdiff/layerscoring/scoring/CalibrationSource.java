package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.DrawingSpec;
import io.laptopdiff.diffusion.checkpoint.ContentDigest;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.dataset.PromptList;
import io.laptopdiff.layerscoring.cache.FileDigests;
import java.util.List;

/** Where the images of calibration samples come from. */
sealed interface CalibrationSource {

    /** What the request names. */
    static CalibrationSource of(Artifacts artifacts, CalibrationSpec spec) {
        return spec.prompts() == null
                ? new Images(ImageFolder.open(artifacts.directory(spec.dataset())))
                : new Prompts(
                        PromptList.read(artifacts.file(spec.prompts())), spec.drawingOrDefault());
    }

    /** Images, or prompts. */
    int size();

    /** The caption of a sample. */
    String caption(CalibrationDraw draw);

    /** Adds all that a sample is made of, its noise aside. */
    void describe(CalibrationDraw draw, FileDigests files, ContentDigest fingerprint);

    /** Images that are there. */
    record Images(ImageFolder folder) implements CalibrationSource {
        @Override
        public int size() {
            return folder.size();
        }

        @Override
        public String caption(CalibrationDraw draw) {
            return folder.entries().get(draw.image()).text();
        }

        @Override
        public void describe(CalibrationDraw draw, FileDigests files, ContentDigest fingerprint) {
            fingerprint
                    .add("image")
                    .add(caption(draw))
                    .add(files.of(folder.entries().get(draw.image()).file()));
        }
    }

    /** Images that the teacher draws. */
    record Prompts(List<String> prompts, DrawingSpec drawing) implements CalibrationSource {
        @Override
        public int size() {
            return prompts.size();
        }

        @Override
        public String caption(CalibrationDraw draw) {
            return prompts.get(draw.image());
        }

        @Override
        public void describe(CalibrationDraw draw, FileDigests files, ContentDigest fingerprint) {
            fingerprint.add("prompt").add(caption(draw)).add(Json.write(drawing));
        }
    }
}
