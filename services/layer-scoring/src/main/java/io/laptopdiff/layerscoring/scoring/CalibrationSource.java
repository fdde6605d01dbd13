package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.DrawingSpec;
import io.laptopdiff.diffusion.checkpoint.ContentDigest;
import io.laptopdiff.diffusion.dataset.CaptionedImage;
import io.laptopdiff.diffusion.dataset.DatasetException;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.dataset.PromptList;
import io.laptopdiff.diffusion.dataset.UnusableImageException;
import io.laptopdiff.layerscoring.cache.FileDigests;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The source of the images of calibration samples. */
sealed interface CalibrationSource {

    /**
     * Opens the source that the request names.
     *
     * @param resolution height and width of the teacher's images, in pixels
     */
    static CalibrationSource of(Artifacts artifacts, CalibrationSpec spec, int resolution) {
        return spec.prompts() == null
                ? new Images(ImageSource.open(artifacts.data(spec.dataset())), resolution)
                : new Prompts(
                        PromptList.read(artifacts.file(spec.prompts())), spec.drawingOrDefault());
    }

    /** Returns the number of images, or of prompts. */
    int size();

    /** The caption of a sample. */
    String caption(CalibrationDraw draw);

    /** Adds all that a sample is made of, its noise aside. */
    void describe(CalibrationDraw draw, FileDigests files, ContentDigest fingerprint);

    /**
     * Images that are there. One that cannot be used is replaced by the next that can.
     *
     * @param resolution height and width that they are read at, in pixels
     * @param usable what was found so far: the image to take, by the one that was drawn
     */
    record Images(ImageSource source, int resolution, Map<Integer, Integer> usable)
            implements CalibrationSource {
        private static final Logger LOG = LoggerFactory.getLogger(Images.class);

        Images(ImageSource source, int resolution) {
            this(source, resolution, new ConcurrentHashMap<>());
        }

        @Override
        public int size() {
            return source.size();
        }

        @Override
        public String caption(CalibrationDraw draw) {
            return source.caption(taken(draw));
        }

        /** The image of a sample, as a square. */
        CaptionedImage read(CalibrationDraw draw) {
            return source.readUsable(taken(draw), resolution);
        }

        private int taken(CalibrationDraw draw) {
            return usable.computeIfAbsent(draw.image(), this::firstUsable);
        }

        /** Follows from the data set's content alone, so that every worker takes the same. */
        private int firstUsable(int drawn) {
            for (int i = 0; i < source.size(); i++) {
                int image = (drawn + i) % source.size();
                try {
                    source.readUsable(image, resolution);
                    return image;
                } catch (UnusableImageException e) {
                    LOG.warn(
                            "image left out where={} reason={} what={}",
                            e.where(),
                            e.reason().text(),
                            e.what());
                }
            }
            throw new DatasetException(
                    "None of the " + source.size() + " images can be scored on",
                    source.location().toString(),
                    "Give PNG, JPEG or WebP images whose shorter side has at least "
                            + ImageSource.minimumSide(resolution)
                            + " pixels; the log says of each why it was left out.");
        }

        @Override
        public void describe(CalibrationDraw draw, FileDigests files, ContentDigest fingerprint) {
            fingerprint
                    .add("image decoding " + ImageSource.DECODING)
                    .add(caption(draw))
                    .add(digest(taken(draw), files));
        }

        /**
         * Returns the digest of an image, the same wherever the image lies; only a file's is
         * remembered.
         */
        private String digest(int image, FileDigests files) {
            return source instanceof ImageFolder folder
                    ? files.of(folder.entries().get(image).file())
                    : new ContentDigest().addBytes(source.content(image)).hex();
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
