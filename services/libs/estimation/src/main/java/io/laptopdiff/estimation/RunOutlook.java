package io.laptopdiff.estimation;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a run would be, by configs alone and in no time.
 *
 * @param units of the teacher's U-Net that can be removed
 * @param parameters of the teacher's U-Net
 * @param students wanted, in the order of the request
 * @param stages what each takes; times are not known ({@link Double#NaN})
 * @param diskBytes of all stages at the fullest moment
 */
public record RunOutlook(
        int units,
        long parameters,
        List<Student> students,
        List<StageEstimate> stages,
        long diskBytes) {

    /**
     * One student wanted.
     *
     * @param budget parameters that it may have at most, where a ratio says so
     * @param parameters that it will have, where they are known before its units are chosen
     */
    public record Student(String name, OptionalLong budget, OptionalLong parameters) {}

    /** Returns whether a model would have to be fetched to tell it. */
    public static boolean needsFetching(RunSpec spec, Artifacts artifacts) {
        List<String> read = new ArrayList<>(List.of(spec.teacher()));
        if (spec.usesScorers()) {
            EvaluationSpec evaluation = spec.evaluation();
            read.add(evaluation.scorer());
            evaluation.scorers().forEach(scorer -> read.add(scorer.location()));
            if (evaluation.inception() != null) {
                read.add(evaluation.inception());
            }
        }
        return read.stream().anyMatch(artifacts::isRemote);
    }

    /**
     * Reads the configs.
     *
     * @param limits of the workers, who take smaller batches where memory is short
     * @throws RuntimeException if one is missing or not as it must be
     */
    public static RunOutlook of(
            RunSpec spec, Artifacts artifacts, WorkerSettings workers, RunLimits limits) {
        RunNeeds needs = RunNeeds.of(spec, artifacts, workers).within(limits);
        UNetLayout unet = needs.teacher().unet();
        Map<String, UNetLayout> layouts = needs.students();
        List<Student> students = new ArrayList<>();
        for (VariantSpec variant : spec.variants()) {
            students.add(
                    new Student(
                            variant.name(),
                            variant.ratio() == null
                                    ? OptionalLong.empty()
                                    : OptionalLong.of(
                                            (long) ((1 - variant.ratio()) * unet.parameters())),
                            variant.handcrafted() == null
                                    ? OptionalLong.empty()
                                    : OptionalLong.of(layouts.get(variant.name()).parameters())));
        }
        List<StageEstimate> stages = new ArrayList<>();
        stages.add(needs.scoringStage());
        if (!spec.planOnly()) {
            stages.add(needs.preparationStage());
            layouts.forEach((name, student) -> stages.add(needs.distillationStage(name, student)));
            for (String name : layouts.keySet()) {
                boolean first = stages.size() == 2 + layouts.size();
                stages.add(needs.evaluationStage(name, layouts.get(name), first));
            }
        }
        return new RunOutlook(
                unet.units().size(), unet.parameters(), students, stages, needs.disk());
    }

    /** Returns the outlook with stages whose times were measured. */
    public RunOutlook timed(RunEstimate estimate) {
        return new RunOutlook(units, parameters, students, estimate.stages(), diskBytes);
    }
}
