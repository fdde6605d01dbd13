package io.laptopdiff.estimation;

import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.ClipScoreSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.DrawingSpec;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.diffusion.unet.LargestUnits;
import io.laptopdiff.diffusion.unet.LayerTimes;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Seconds until every variant has its plan: units scored by each criterion, and the sets of units
 * that audits, candidates and rounds measure. Where scoring ends early because plans are stable, it
 * counts all slices; where sets are not known yet, the largest units stand for them.
 *
 * @param pieces of the machine's time
 */
record ScoringTime(RunNeeds needs, MachineSpeed speed, Pieces pieces) {

    /**
     * Seconds of what other stages do, too.
     *
     * @param encoding an image and its caption
     * @param decoding a latent
     * @param scoring an image by the CLIP model, where the run has one
     */
    record Pieces(double encoding, double decoding, double scoring) {}

    double seconds() {
        List<List<Set<String>>> asked = measuredSets();
        CalibrationSpec calibration = needs.spec().calibration();
        // scores are kept by the content of all of the teacher's files
        double seconds = speed.digesting(needs.teacher().bytes());
        seconds += drawnSamples() + units() + costs();
        for (List<Set<String>> sets : asked) {
            seconds += calibration.samples() * perSample(sets) + slices();
        }
        return seconds;
    }

    private RunSpec spec() {
        return needs.spec();
    }

    private UNetLayout unet() {
        return needs.teacher().unet();
    }

    private LayerTimes times() {
        boolean bf16 = spec().scoring().precision() == Precision.BF16;
        return speed.layers(bf16 ? LayerTimes.Work.BF16 : LayerTimes.Work.FP32);
    }

    /**
     * Returns the seconds of the slices, every one of which loads the teacher and reads its samples
     * anew.
     */
    private double slices() {
        long weights = unet().parameters() + needs.teacher().textParameters();
        CalibrationSpec calibration = spec().calibration();
        return calibration.slices() * MachineSpeed.loading(weights)
                + calibration.samples() * pieces.encoding();
    }

    private double perSample(List<Set<String>> sets) {
        int batch = needs.scoringBatch();
        return times().sweep(batch, needs.workers().scoringTogether(), sets) / batch;
    }

    private double units() {
        int samples = spec().calibration().samples();
        Set<Criterion> criteria = new LinkedHashSet<>(spec().scoring().criteria());
        double seconds = slices();
        // the two look at the same outputs
        if (criteria.contains(Criterion.OUTPUT_LOSS) || criteria.contains(Criterion.TASK_LOSS)) {
            seconds += samples * perSample(needs.removals());
        }
        if (criteria.contains(Criterion.TAYLOR)) {
            seconds += samples * speed.layers(LayerTimes.Work.TRAINING).pass(1, Set.of());
        }
        return criteria.contains(Criterion.CLIP_SCORE) ? seconds + clipScores() : seconds;
    }

    /** The teacher draws whole, and without each unit in turn. */
    private double clipScores() {
        ClipScoreSpec clip = spec().scoring().clipScoreOrDefault();
        CalibrationSpec calibration = spec().calibration();
        int images =
                calibration.slices()
                        * Math.min(
                                clip.promptsPerSlice(),
                                calibration.samples() / calibration.slices());
        double seconds = 0;
        List<Set<String>> removals = new ArrayList<>(needs.removals());
        removals.add(Set.of());
        for (Set<String> removed : removals) {
            seconds += images * (drawing(clip.drawing(), removed) + pieces.scoring());
        }
        return seconds;
    }

    /** Samples that the teacher draws itself. */
    private double drawnSamples() {
        CalibrationSpec calibration = spec().calibration();
        return calibration.prompts() == null
                ? 0
                : calibration.samples() * drawing(calibration.drawingOrDefault(), Set.of());
    }

    /** Returns the seconds of one image, in fp32 whatever scoring computes in. */
    private double drawing(DrawingSpec drawing, Set<String> removed) {
        int guided = drawing.guidanceScale() > 1 ? 2 : 1;
        LayerTimes full = speed.layers(LayerTimes.Work.FP32);
        int passes = needs.passes(drawing.inferenceSteps(), drawing.scheduler());
        return passes * full.pass(guided, removed) + pieces.decoding();
    }

    /** Budgets of latency and the like have every unit's part of a pass measured. */
    private double costs() {
        boolean wanted =
                spec().variants().stream()
                        .anyMatch(
                                v ->
                                        v.macsRatio() != null
                                                || v.latencyRatio() != null
                                                || v.memoryRatio() != null);
        if (!wanted) {
            return 0;
        }
        double without = times().sweep(1, 1, needs.removals()) - times().pass(1, Set.of());
        return WorkerSettings.COST_REPEATS * (times().pass(1, Set.of()) + 2 * without);
    }

    /** Sets whose joint losses are measured, each list in one go over the calibration set. */
    private List<List<Set<String>>> measuredSets() {
        List<List<Set<String>>> asked = new ArrayList<>();
        if (spec().scoring().additivity() != null) {
            int sets = spec().scoring().additivity().sets();
            asked.add(Collections.nCopies(sets, LargestUnits.of(unet(), 0.1)));
        }
        List<Set<String>> candidates = new ArrayList<>();
        for (VariantSpec variant : spec().variants()) {
            if (variant.handcrafted() != null) {
                continue;
            }
            int count = variant.candidates() + variant.randomCandidates();
            Set<String> plan = LargestUnits.of(unet(), RunNeeds.ratio(variant));
            if (count > 1 || variant.measured()) {
                candidates.addAll(Collections.nCopies(count, plan));
            }
            if (variant.iterative() != null) {
                asked.addAll(rounds(variant, plan));
            }
        }
        if (!candidates.isEmpty()) {
            asked.add(candidates);
        }
        return asked;
    }

    /** Returns, from half of the plan on, what is gone with each of the units that are left. */
    private List<List<Set<String>>> rounds(VariantSpec variant, Set<String> plan) {
        List<List<Set<String>>> rounds = new ArrayList<>();
        List<String> order = new ArrayList<>(plan);
        int perRound = variant.iterative().removalsPerRound();
        for (int gone = order.size() / 2; gone < order.size(); gone += perRound) {
            Set<String> removed = Set.copyOf(order.subList(0, gone));
            List<Set<String>> sets = new ArrayList<>();
            for (Set<String> unit : needs.removals()) {
                if (!removed.containsAll(unit)) {
                    Set<String> more = new LinkedHashSet<>(removed);
                    more.addAll(unit);
                    sets.add(more);
                }
            }
            rounds.add(sets);
        }
        rounds.add(List.of(plan, plan)); // the search's result beside that of one shot
        return rounds;
    }
}
