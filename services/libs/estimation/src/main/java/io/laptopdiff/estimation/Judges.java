package io.laptopdiff.estimation;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.ScorerSpec;
import io.laptopdiff.diffusion.clip.ClipConfig;
import io.laptopdiff.diffusion.clip.ClipModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The models that judge an evaluation's images, by their configs alone.
 *
 * @param scorer the first, in memory all the time
 * @param features of the Fréchet distance, in memory all the time; empty: the scorer's
 * @param further in memory one at a time, when everything is drawn
 */
public record Judges(Judge scorer, Optional<Judge> features, List<Judge> further) {

    /** Multiplications that Inception-v3 does with a parameter: 5.7 G with 23.9 M. */
    private static final int INCEPTION_USES = 240;

    /**
     * One model.
     *
     * @param parameters of all its towers
     * @param uses of each parameter for one image: a transformer's tokens
     */
    public record Judge(long parameters, int uses) {

        static Judge ofClip(Path directory) {
            ClipConfig config = ClipConfig.read(directory);
            int side = config.vision().imageSize() / config.vision().patchSize();
            return new Judge(TeacherParts.count(ClipModel.tensors(config)), side * side);
        }
    }

    /**
     * Reads configs.
     *
     * @throws RuntimeException if one is missing or not as it must be
     */
    public static Judges of(EvaluationSpec spec, Artifacts artifacts) {
        return new Judges(
                Judge.ofClip(artifacts.directory(spec.scorer())),
                Optional.ofNullable(spec.inception()).map(place -> features(place, artifacts)),
                spec.scorers().stream()
                        .map(ScorerSpec::location)
                        .map(artifacts::directory)
                        .map(Judge::ofClip)
                        .toList());
    }

    /** A CLIP model's directory, or a TorchScript file, which holds little else than weights. */
    private static Judge features(String location, Artifacts artifacts) {
        Path path = artifacts.local(location);
        return Files.isDirectory(path)
                ? Judge.ofClip(path)
                : new Judge(path.toFile().length() / TeacherParts.FLOAT32, INCEPTION_USES);
    }

    /** Returns the parameters of judges in memory at the same time, at most. */
    public long parameters() {
        return scorer.parameters()
                + features.map(Judge::parameters).orElse(0L)
                + further.stream()
                        .max(Comparator.comparing(Judge::parameters))
                        .map(Judge::parameters)
                        .orElse(0L);
    }
}
