package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import java.util.List;

/**
 * What is asked about the units.
 *
 * @param criteria measured side by side; variants choose among them
 * @param additivity absent: no audit
 * @param clipScore how the criterion clip-score draws; absent where it is not asked for, or by
 *     {@link ClipScoreSpec#DEFAULT}
 * @param precision of the teacher's U-Net in all passes that compare outputs; images are drawn in
 *     fp32 whatever it is
 */
public record ScoringSpec(
        @Default("[\"output-loss\"]") List<Criterion> criteria,
        @MayBeAbsent AdditivitySpec additivity,
        @MayBeAbsent ClipScoreSpec clipScore,
        @Default("\"fp32\"") Precision precision) {
    /** The paper's criterion alone. */
    public static final ScoringSpec DEFAULT = new ScoringSpec(List.of(Criterion.OUTPUT_LOSS), null);

    public ScoringSpec {
        criteria = Require.someOf("criteria", criteria);
        Require.that(
                criteria.stream().distinct().count() == criteria.size(),
                "criteria",
                criteria.stream().map(Criterion::text).toList(),
                "each criterion is listed once");
        Require.that(
                additivity == null || criteria.contains(Criterion.OUTPUT_LOSS),
                "criteria",
                criteria.stream().map(Criterion::text).toList(),
                "the additivity audit needs 'output-loss'");
        Require.that(
                clipScore == null || criteria.contains(Criterion.CLIP_SCORE),
                "clipScore",
                "present",
                "it says how 'clip-score' draws, which must be among the criteria");
        Require.present("precision", precision);
        List<Criterion> ofWeights = List.of(Criterion.TAYLOR, Criterion.MAGNITUDE);
        Require.that(
                precision == Precision.FP32 || criteria.stream().noneMatch(ofWeights::contains),
                "precision",
                precision.text(),
                "'taylor' and 'magnitude' look at the weights themselves, which are fp32 numbers");
    }

    /** Makes a scoring in fp32. */
    public ScoringSpec(
            List<Criterion> criteria, AdditivitySpec additivity, ClipScoreSpec clipScore) {
        this(criteria, additivity, clipScore, Precision.FP32);
    }

    /** The clip-score, where it is asked for, by {@link ClipScoreSpec#DEFAULT}. */
    public ScoringSpec(List<Criterion> criteria, AdditivitySpec additivity) {
        this(criteria, additivity, null);
    }

    /** Returns how the criterion clip-score draws. */
    public ClipScoreSpec clipScoreOrDefault() {
        return clipScore == null ? ClipScoreSpec.DEFAULT : clipScore;
    }
}
