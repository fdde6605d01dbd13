package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import java.util.List;
import java.util.stream.Stream;

/**
 * How teacher and students are measured.
 *
 * @param scorer location of a CLIP model's directory
 * @param dataset location of a directory of captioned images that no training saw
 * @param prompts captions drawn from the data set, one image each
 * @param seed of the first latents; teacher and students get the same
 * @param inferenceSteps of the scheduler
 * @param guidanceScale of classifier-free guidance; 1 turns it off
 * @param scheduler the sampler; absent: the teacher's own
 * @param metric what the scorer's similarity is turned into
 * @param scorers further models that score the same images
 * @param promptList location of the prompts, a text file with one a line, JSON, or a table with a
 *     column of them; absent: captions of the data set
 * @param inception location of a TorchScript file or of a CLIP model's directory whose image
 *     features the Fréchet distance is taken in; absent: the scorer's
 * @param bootstrapSamples draws that the intervals are taken from
 * @param gates what a student must not lose
 */
public record EvaluationSpec(
        String scorer,
        String dataset,
        @Default("64") int prompts,
        @Default("0") long seed,
        @Default("25") int inferenceSteps,
        @Default("7.5") double guidanceScale,
        @MayBeAbsent SamplerName scheduler,
        @Default("\"clip-score\"") ScorerMetric metric,
        @Default("[]") List<ScorerSpec> scorers,
        @MayBeAbsent String promptList,
        @MayBeAbsent String inception,
        @Default("1000") int bootstrapSamples,
        @Default("[]") List<GateSpec> gates) {
    public EvaluationSpec {
        Require.text("scorer", scorer);
        Require.text("dataset", dataset);
        // Retrieval among one caption is always right, and a covariance needs two images.
        Require.atLeast("prompts", prompts, 2);
        Require.atLeast("inferenceSteps", inferenceSteps, 1);
        Require.atLeast("guidanceScale", guidanceScale, 1.0);
        Require.present("metric", metric);
        scorers = Require.list("scorers", scorers);
        List<String> names = names(metric, scorers);
        Require.that(
                names.stream().distinct().count() == names.size(),
                "scorers",
                names,
                "each score needs a name of its own, and the first is taken by 'scorer'");
        Require.atLeast("bootstrapSamples", bootstrapSamples, 1);
        gates = Require.list("gates", gates);
        for (int i = 0; i < gates.size(); i++) {
            Require.oneOf("gates[" + i + "].score", gates.get(i).score(), names);
        }
        List<String> gated = gates.stream().map(GateSpec::score).toList();
        Require.that(
                gated.stream().distinct().count() == gated.size(),
                "gates",
                gated,
                "each score has one gate; keep the stricter one");
    }

    /** Makes an evaluation by the CLIP score alone, on captions of the data set. */
    public EvaluationSpec(
            String scorer,
            String dataset,
            int prompts,
            long seed,
            int inferenceSteps,
            double guidanceScale,
            SamplerName scheduler) {
        this(
                scorer,
                dataset,
                prompts,
                seed,
                inferenceSteps,
                guidanceScale,
                scheduler,
                ScorerMetric.CLIP_SCORE,
                List.of(),
                null,
                null,
                1000,
                List.of());
    }

    /**
     * Returns the same evaluation with its material elsewhere.
     *
     * @param otherScorers as many as before, in their order
     * @param otherPromptList null where there was none
     * @param otherInception null where there was none
     */
    public EvaluationSpec at(
            String otherScorer,
            String otherDataset,
            List<ScorerSpec> otherScorers,
            String otherPromptList,
            String otherInception) {
        return new EvaluationSpec(
                otherScorer,
                otherDataset,
                prompts,
                seed,
                inferenceSteps,
                guidanceScale,
                scheduler,
                metric,
                otherScorers,
                otherPromptList,
                otherInception,
                bootstrapSamples,
                gates);
    }

    /** The scores that are measured: that of {@link #scorer}, named by its metric, comes first. */
    public List<String> scoreNames() {
        return names(metric, scorers);
    }

    private static List<String> names(ScorerMetric metric, List<ScorerSpec> scorers) {
        return Stream.concat(Stream.of(metric.text()), scorers.stream().map(ScorerSpec::name))
                .toList();
    }
}
