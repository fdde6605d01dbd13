package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a run is asked to do.
 *
 * @param teacher location of a diffusers directory, as a path or URI, with {@code #fp16} at its end
 *     for that variant of its weights; or of a {@code .safetensors} file of a whole model
 * @param calibration data that the units are scored on
 * @param variants the students wanted, at least one, names unique
 * @param distillation how each student is trained; may be absent of a run for plans only
 * @param evaluation how teacher and students are measured; may be absent of a run for plans only
 *     that is not scored by the CLIP score
 * @param scoring what is asked about the units
 * @param planOnly the run ends with the plans; distillation and evaluation are not looked at
 * @param retryOf id of an earlier run, such as "20260301-120000-k7f3", whose whole results (plan,
 *     student) are used instead of being made again, where it was asked for in the same way; absent
 *     of a run that is no retry
 */
public record RunSpec(
        String teacher,
        CalibrationSpec calibration,
        List<VariantSpec> variants,
        @MayBeAbsent DistillationRecipe distillation,
        @MayBeAbsent EvaluationSpec evaluation,
        @Default("{}") ScoringSpec scoring,
        @Default("false") boolean planOnly,
        @MayBeAbsent String retryOf) {
    /** The most variants of a run: whatever is said of it must fit into a message. */
    private static final int MOST_VARIANTS = 1000;

    public RunSpec {
        Require.text("teacher", teacher);
        Require.present("calibration", calibration);
        variants = Require.someOf("variants", variants);
        Require.that(
                variants.size() <= MOST_VARIANTS,
                "variants",
                variants.size(),
                "a run has at most "
                        + MOST_VARIANTS
                        + "; ask for several runs, which share scores");
        Require.present("scoring", scoring);
        if (!planOnly) {
            Require.present("distillation", distillation);
        }
        if (usesScorers(planOnly, scoring)) {
            Require.present("evaluation", evaluation);
        }
        if (retryOf != null) {
            Require.name("retryOf", retryOf);
        }
        // Names become directories, and some file systems know no upper case.
        List<String> names = variants.stream().map(v -> v.name().toLowerCase(Locale.ROOT)).toList();
        Require.that(
                names.stream().distinct().count() == names.size(),
                "variants",
                names.stream().collect(Collectors.joining(", ")),
                "each variant needs a name of its own; upper and lower case count as the same");
        for (VariantSpec variant : variants) {
            Require.that(
                    variant.handcrafted() != null
                            || scoring.criteria().contains(variant.criterion()),
                    "scoring.criteria",
                    scoring.criteria().stream().map(Criterion::text).toList(),
                    "variant '"
                            + variant.name()
                            + "' goes by '"
                            + variant.criterion().text()
                            + "', which must be among them");
        }
    }

    /** Makes a run that is no retry. */
    public RunSpec(
            String teacher,
            CalibrationSpec calibration,
            List<VariantSpec> variants,
            DistillationRecipe distillation,
            EvaluationSpec evaluation,
            ScoringSpec scoring,
            boolean planOnly) {
        this(teacher, calibration, variants, distillation, evaluation, scoring, planOnly, null);
    }

    /** Makes a run that is scored by the output loss alone. */
    public RunSpec(
            String teacher,
            CalibrationSpec calibration,
            List<VariantSpec> variants,
            DistillationRecipe distillation,
            EvaluationSpec evaluation) {
        this(teacher, calibration, variants, distillation, evaluation, ScoringSpec.DEFAULT, false);
    }

    /**
     * Returns whether a stage of the run draws images and lets scorers judge them: the evaluation
     * does, and scoring by the CLIP score.
     */
    public boolean usesScorers() {
        return usesScorers(planOnly, scoring);
    }

    private static boolean usesScorers(boolean planOnly, ScoringSpec scoring) {
        return !planOnly || scoring.criteria().contains(Criterion.CLIP_SCORE);
    }

    /** Returns the same run with its material elsewhere. */
    public RunSpec at(
            String otherTeacher,
            CalibrationSpec otherCalibration,
            DistillationRecipe otherDistillation,
            EvaluationSpec otherEvaluation) {
        return new RunSpec(
                otherTeacher,
                otherCalibration,
                variants,
                otherDistillation,
                otherEvaluation,
                scoring,
                planOnly,
                retryOf);
    }

    /**
     * Returns the request of one variant once more.
     *
     * @param runId of the run that this is the request of
     */
    public RunSpec retry(String runId, String variant) {
        return only(variant, runId);
    }

    /**
     * Returns whether an earlier run was asked for in the same way, so that its results are this
     * one's.
     */
    public boolean retries(RunSpec origin) {
        return retryOf != null
                && variants.size() == 1
                && origin.variants.contains(variants.get(0))
                && equals(origin.only(variants.get(0).name(), retryOf));
    }

    private RunSpec only(String variant, String origin) {
        return new RunSpec(
                teacher,
                calibration,
                List.of(variant(variant)),
                distillation,
                evaluation,
                scoring,
                planOnly,
                origin);
    }

    /**
     * The variant of that name.
     *
     * @throws java.util.NoSuchElementException if the run has no variant of that name
     */
    public VariantSpec variant(String name) {
        return variants.stream().filter(v -> v.name().equals(name)).findFirst().orElseThrow();
    }
}
