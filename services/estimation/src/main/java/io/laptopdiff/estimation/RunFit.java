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
        Optional<Shortage> first = shortage(spec, DOUBT);
        if (first.isPresent()) {
            Shortage shortage = first.get();
            throw new StageException(
                    "It takes about "
                            + MemoryLimit.text(shortage.needed())
                            + " of memory, and it may take "
                            + MemoryLimit.text(shortage.limit()),
                    shortage.stage(),
                    wayOut(spec));
        }
        long disk = disk(needs(spec));
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

    /** Workers take smaller batches where memory is short: how they are set does not matter. */
    private RunNeeds needs(RunSpec spec) {
        return RunNeeds.of(spec, artifacts, WorkerSettings.DEFAULT);
    }

    private static long disk(RunNeeds needs) {
        if (needs.spec().planOnly()) {
            return 0;
        }
        long bytes = needs.preparationDisk();
        long meanwhile = 0;
        boolean first = true;
        for (UNetLayout student : needs.students().values()) {
            bytes += needs.distillationDisk(student) + needs.evaluationDisk(first);
            meanwhile = Math.max(meanwhile, needs.distillationDiskMeanwhile(student));
            first = false;
        }
        return bytes + meanwhile;
    }

    /**
     * The first stage that does not fit.
     *
     * @param doubt share of the estimate that may be wrong
     */
    private Optional<Shortage> shortage(RunSpec spec, double doubt) {
        return stages(spec).stream().filter(stage -> stage.real(doubt)).findFirst();
    }

    private List<Shortage> stages(RunSpec spec) {
        RunNeeds needs = needs(spec);
        List<Shortage> stages = new ArrayList<>();
        stages.add(new Shortage("scoring", needs.scoring(1, 1), limits.scoringBytes()));
        if (!spec.planOnly()) {
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
    private String wayOut(RunSpec asked) {
        RunSpec spec = asked;
        Map<String, Object> changes = new LinkedHashMap<>();
        for (int i = 0; i < MOST_CHANGES; i++) {
            Optional<Shortage> shortage = shortage(spec, 0);
            if (shortage.isEmpty()) {
                return "Set "
                        + String.join(
                                ", ",
                                changes.entrySet().stream()
                                        .map(change -> change.getKey() + " to " + change.getValue())
                                        .toList())
                        + ".";
            }
            Map<String, Object> cheaper = cheaper(shortage.get(), spec);
            if (cheaper.isEmpty()) {
                break;
            }
            changes.putAll(cheaper);
            spec = changed(spec, cheaper);
        }
        return "Give it more memory (--memory, or the container's limit), or take a machine that has"
                + " more: no choice of criteria, precision, checkpointing, batch size and images makes it fit.";
    }

    /** The first change that helps. */
    private Map<String, Object> cheaper(Shortage shortage, RunSpec spec) {
        return choices(shortage.stage(), spec).stream()
                .filter(choice -> helps(choice, shortage, spec))
                .findFirst()
                .orElse(Map.of());
    }

    private boolean helps(Map<String, Object> choice, Shortage shortage, RunSpec spec) {
        try {
            return bytes(shortage.stage(), changed(spec, choice)) < shortage.bytes();
        } catch (InvalidMessageException e) {
            return false; // taylor, say, wants full precision
        }
    }

    private long bytes(String stage, RunSpec spec) {
        return stages(spec).stream()
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
        return stage.startsWith("distillation") ? trainings(spec.distillation()) : List.of();
    }

    /** Without those that take memory of their own and that no variant goes by. */
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

    /** What costs no time, then what costs some, then what makes another student. */
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
                    ((ObjectNode) tree.get(path[0])).putPOJO(path[1], value);
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
