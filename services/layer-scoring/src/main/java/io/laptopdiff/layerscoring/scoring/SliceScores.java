package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.scoring.UnitCosts;
import io.laptopdiff.contracts.scoring.UnitScore;
import io.laptopdiff.diffusion.checkpoint.ContentDigest;
import io.laptopdiff.layerscoring.cache.CachedSlice;
import io.laptopdiff.layerscoring.cache.FileDigests;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The scores of one slice: those that were found, and those that still have to be measured, each
 * criterion for itself.
 */
final class SliceScores {

    private final ScoreUnits task;
    private final SliceSource source;
    private final CachedSlice cached;
    private final ClipScoreDrop clip; // null where it is not asked for
    private final String clipName;
    private final Map<Criterion, CriterionScores> scores = new EnumMap<>(Criterion.class);
    private UnitCosts costs;

    /**
     * Looks up what is kept.
     *
     * @param scorer the CLIP model's directory; null where it is not asked for
     */
    SliceScores(
            ScoreUnits task,
            SliceSource source,
            CachedSlice cached,
            Path scorer,
            FileDigests files,
            ScoringLimits limits) {
        this.task = task;
        this.source = source;
        this.cached = cached;
        this.clip =
                scorer == null
                        ? null
                        : new ClipScoreDrop(task.scoring().clipScoreOrDefault(), scorer, limits);
        this.clipName = clip == null ? null : clipName(clip, files);
        for (Criterion criterion : task.scoring().criteria()) {
            cached.read(name(criterion), CriterionScores.class)
                    .filter(kept -> kept.fit(source.layout(), criterion, samples(criterion)))
                    .ifPresent(kept -> scores.put(criterion, kept));
        }
    }

    /** Returns the name of the CLIP scores, which settings and scorer decide, too. */
    private static String clipName(ClipScoreDrop clip, FileDigests files) {
        ContentDigest fingerprint = new ContentDigest().add(clip.spec());
        files.addModels(clip.directory(), List.of(clip.directory()), fingerprint);
        return Criterion.CLIP_SCORE.text() + "-" + fingerprint.name();
    }

    private String name(Criterion criterion) {
        return criterion == Criterion.CLIP_SCORE ? clipName : criterion.text();
    }

    private int samples(Criterion criterion) {
        return criterion == Criterion.CLIP_SCORE ? clip.images(source) : source.draws().size();
    }

    /**
     * Returns whether nothing is left to do; costs are of this machine and this moment, and never
     * kept.
     */
    boolean complete() {
        return missing().isEmpty() && (costs != null || !task.costs());
    }

    private Set<Criterion> missing() {
        Set<Criterion> missing = EnumSet.copyOf(task.scoring().criteria());
        missing.removeAll(scores.keySet());
        return missing;
    }

    /** Measures what is missing, and keeps it. */
    void measure(ScoringLimits limits, Interruption interruption) {
        Set<Criterion> byOutputs = missing();
        boolean drawn = byOutputs.remove(Criterion.CLIP_SCORE);
        if (!byOutputs.isEmpty() || task.costs()) {
            measureByOutputs(byOutputs, limits, interruption);
        }
        if (drawn) {
            keep(Criterion.CLIP_SCORE, clip.measure(source, interruption));
        }
    }

    private void measureByOutputs(
            Set<Criterion> criteria, ScoringLimits limits, Interruption interruption) {
        Map<Criterion, UnitSums> sums = new EnumMap<>(Criterion.class);
        for (Criterion criterion : criteria) {
            sums.put(criterion, new UnitSums(source.layout().units(), source.noise().timesteps()));
        }
        boolean gradients = criteria.contains(Criterion.TAYLOR);
        try (CalibrationSlice slice =
                CalibrationSlice.load(source, cached, gradients, limits, interruption)) {
            if (task.costs()) {
                slice.first(interruption, (draws, batch) -> costs = CostMeter.measure(batch));
            }
            List<UnitCriterion> all = Criteria.of(criteria, task.calibration());
            if (!all.isEmpty()) {
                slice.forEachBatch(
                        interruption,
                        (draws, batch) -> {
                            for (UnitCriterion each : all) {
                                sums.get(each.criterion())
                                        .add(each.criterion(), draws, each.measure(batch));
                            }
                        });
            }
        }
        sums.forEach((criterion, each) -> keep(criterion, new CriterionScores(each.scores())));
    }

    private void keep(Criterion criterion, CriterionScores measured) {
        cached.write(name(criterion), measured);
        scores.put(criterion, measured);
    }

    /** Returns the parameters of the teacher's U-Net. */
    long teacherParameters() {
        return source.layout().parameters();
    }

    /** Returns every unit with all that was asked for. */
    List<UnitScore> units() {
        return CriterionScores.joined(scores.values());
    }

    /** Returns the units' costs; null where they are not asked for. */
    UnitCosts costs() {
        return costs;
    }
}
