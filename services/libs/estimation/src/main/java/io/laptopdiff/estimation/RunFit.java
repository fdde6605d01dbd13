package io.laptopdiff.estimation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.diffusion.device.MemoryLimit;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sees before a run begins whether this machine can hold it. It reads configs alone and times
 * nothing. A worker looks once more when it knows the plan; what fails here fails there too, hours
 * later.
 */
public final class RunFit {

    /** Plans are not known yet, and the estimate of memory is right within so much. */
    private static final double DOUBT = 0.1;

    /** A batch is halved no more often than this on the way to one that fits. */
    private static final int MOST_CHANGES = 24;

    private final Artifacts artifacts;
    private final RunLimits limits;

    public RunFit(Artifacts artifacts, RunLimits limits) {
        this.artifacts = artifacts;
        this.limits = limits;
    }

    /**
     * @throws StageException if a stage cannot fit, with the choices that would make all of them
     *     fit
     * @throws RuntimeException if a config is missing or not as it must be
     */
    public void requireFits(RunSpec spec) {
        // Workers take smaller batches where memory is short: how they are set does not matter.
        RunNeeds asked = RunNeeds.of(spec, artifacts, WorkerSettings.DEFAULT);
        Optional<Shortage> first = shortage(asked, DOUBT);
        if (first.isPresent()) {
            Shortage shortage = first.get();
            throw new StageException(
                    "It takes about "
                            + MemoryLimit.text(shortage.needed())
                            + " of memory, and it may take "
                            + MemoryLimit.text(shortage.limit()),
                    shortage.stage(),
                    wayOut(asked));
        }
        long disk = asked.disk();
        if (disk > limits.diskBytes()) {
            throw new StageException(
                    "Checkpoints, students and images take about "
                            + MemoryLimit.text(disk)
                            + " of disk, and "
                            + MemoryLimit.text(limits.diskBytes())
                            + " are free",
                    "laptopdiff.artifacts.root",
                    "Keep results on a larger disk (--data), free some of this one, or ask for"
                            + " fewer variants.");
        }
    }

    /**
     * The first stage that does not fit.
     *
     * @param doubt share of the estimate that may be wrong
     */
    private Optional<Shortage> shortage(RunNeeds needs, double doubt) {
        return stages(needs).stream().filter(stage -> stage.real(doubt)).findFirst();
    }

    private List<Shortage> stages(RunNeeds needs) {
        List<Shortage> stages = new ArrayList<>();
        stages.add(new Shortage("scoring", needs.scoring(1, 1), limits.scoringBytes()));
        if (!needs.spec().planOnly()) {
            Map<String, UNetLayout> students = needs.students();
            stages.add(new Shortage("preparation", needs.encoding(), limits.memoryBytes()));
            students.forEach(
                    (name, student) ->
                            stages.add(
                                    new Shortage(
                                            "distillation of " + name,
                                            needs.distillation(student),
                                            limits.distillationBytes())));
            students.forEach(
                    (name, student) ->
                            stages.add(
                                    new Shortage(
                                            "evaluation of " + name,
                                            needs.leastEvaluation(student),
                                            limits.evaluationBytes())));
        }
        return stages;
    }

    /** Changes the request where it is short, the cheapest way first, until nothing is. */
    private String wayOut(RunNeeds asked) {
        RunNeeds needs = asked;
        Map<String, Object> changes = new LinkedHashMap<>();
        for (int i = 0; i < MOST_CHANGES; i++) {
            Optional<Shortage> shortage = shortage(needs, 0);
            if (shortage.isEmpty()) {
                return "Set "
                        + String.join(
                                ", ",
                                changes.entrySet().stream()
                                        .map(change -> change.getKey() + " to " + change.getValue())
                                        .toList())
                        + ".";
            }
            Map<String, Object> cheaper = cheaper(shortage.get(), needs);
            if (cheaper.isEmpty()) {
                break;
            }
            changes.putAll(cheaper);
            needs = needs.with(changed(needs.spec(), cheaper));
        }
        return "Give it more memory (--memory, or the container's limit), or take a machine that has"
                + " more: no choice of criteria, precision, checkpointing, batch size, images and further scorers makes it fit.";
    }

    /** The first change that helps. */
    private Map<String, Object> cheaper(Shortage shortage, RunNeeds needs) {
        return choices(shortage.stage(), needs.spec()).stream()
                .filter(choice -> helps(choice, shortage, needs))
                .findFirst()
                .orElse(Map.of());
    }

    private boolean helps(Map<String, Object> choice, Shortage shortage, RunNeeds needs) {
        try {
            return bytes(shortage.stage(), needs.with(changed(needs.spec(), choice)))
                    < shortage.bytes();
        } catch (InvalidMessageException e) {
            return false; // taylor, say, wants full precision
        }
    }

    private long bytes(String stage, RunNeeds needs) {
        return stages(needs).stream()
                .filter(each -> each.stage().equals(stage))
                .mapToLong(Shortage::bytes)
                .sum();
    }

    private static List<Map<String, Object>> choices(String stage, RunSpec spec) {
        if (stage.equals("scoring")) {
            return List.of(
                    Map.of("scoring.precision", Precision.BF16.text()),
                    Map.of("scoring.criteria", leastCriteria(spec)));
        }
        if (stage.startsWith("evaluation")) {
            return List.of(
                    Collections.singletonMap("evaluation.inception", null),
                    Map.of("evaluation.scorers", List.of()));
        }
        return stage.startsWith("distillation") ? trainings(spec.distillation()) : List.of();
    }

    /**
     * Returns the criteria without those that take memory of their own and that no variant goes by.
     */
    private static List<String> leastCriteria(RunSpec spec) {
        Set<Criterion> used =
                spec.variants().stream().map(VariantSpec::criterion).collect(Collectors.toSet());
        List<String> least =
                spec.scoring().criteria().stream()
                        .filter(
                                c ->
                                        used.contains(c)
                                                || (c != Criterion.TAYLOR
                                                        && c != Criterion.CLIP_SCORE))
                        .map(Criterion::text)
                        .toList();
        return least.isEmpty() ? List.of(Criterion.OUTPUT_LOSS.text()) : least;
    }

    /**
     * Returns changes of the training: what costs no time, then what costs some, then what makes
     * another student.
     */
    private static List<Map<String, Object>> trainings(DistillationRecipe recipe) {
        int batch = recipe.batchSize();
        int divisor = batch % 2 == 0 ? 2 : batch;
        Map<String, Object> halves = new LinkedHashMap<>(); // the same samples in a step
        halves.put("distillation.batchSize", batch / divisor);
        halves.put("distillation.gradientAccumulation", recipe.gradientAccumulation() * divisor);
        return List.of(
                Map.of("distillation.teacherPrecision", Precision.BF16.text()),
                Map.of("distillation.sampleImages", 0),
                Map.of("distillation.gradientCheckpointing", true),
                halves,
                Map.of("distillation.emaDecay", 0));
    }

    private static RunSpec changed(RunSpec spec, Map<String, Object> changes) {
        ObjectNode tree = (ObjectNode) Json.tree(spec).deepCopy();
        changes.forEach(
                (field, value) -> {
                    String[] path = field.split("\\.");
                    ((ObjectNode) tree.get(path[0]))
                            .putPOJO(path[1], value); // null: as if left out
                });
        return Json.read(tree.toString(), RunSpec.class);
    }

    /** A stage's need beside what it may have. */
    private record Shortage(String stage, long bytes, long limit) {
        long needed() {
            return Residence.of(bytes);
        }

        boolean real(double doubt) {
            return (1 - doubt) * needed() > limit;
        }
    }
}
