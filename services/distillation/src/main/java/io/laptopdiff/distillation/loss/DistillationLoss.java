package io.laptopdiff.distillation.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.unet.UNetOutput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The loss of normalized feature distillation (LAPTOP-Diff, arXiv 2404.11098; its three terms are
 * those of BK-SDM, arXiv 2305.15798, equations 2 to 4):
 *
 * <pre>
 * w_task mean(m (target - y_S)²) + w_out mean((y_T - y_S)²) + w_feat Σ a_i mean((f_T,i - f_S,i)²)
 * </pre>
 *
 * <p>There is a term for each stage that teacher and student share, with a feature of the same
 * shape; a_i follows from the teacher's feature alone; m is {@link MinSnr}'s weight of each sample,
 * or 1. Means run over the whole tensor. Two native calls a batch.
 */
public final class DistillationLoss {

    /**
     * Keeps a teacher's dead feature from making the loss infinite; far below the scale of any
     * feature that lives.
     */
    private static final double LEAST_MEAN_SQUARE = 1e-12;

    private final LossWeights weights;

    public DistillationLoss(LossWeights weights) {
        this.weights = weights;
    }

    /**
     * The target that the student is held to.
     *
     * @param noise the true noise or velocity (B, C, h, w)
     * @param weights m (B); null for 1
     */
    public record Target(NDArray noise, NDArray weights) {}

    /** The loss of a batch that is a step of its own, without Min-SNR. */
    public StepLoss of(UNetOutput student, UNetOutput teacher, NDArray target) {
        return of(student, teacher, new Target(target, null), meanSquares(List.of(teacher)));
    }

    /**
     * The teacher's scale at each of its stages: mean(f_T²) over all batches of one step, which
     * have one size.
     *
     * @param teacher computed without recording; the manager of the first sample owns the result
     * @return (stages of the teacher)
     */
    public static NDArray meanSquares(List<UNetOutput> teacher) {
        NDList each = new NDList();
        for (UNetOutput output : teacher) {
            NDArray[] features = output.features().values().toArray(NDArray[]::new);
            String arguments =
                    IntStream.range(0, features.length)
                            .mapToObj(i -> "f" + i)
                            .collect(Collectors.joining(", "));
            String means =
                    IntStream.range(0, features.length)
                            .mapToObj(i -> "torch.mean(torch.square(f" + i + "))")
                            .collect(Collectors.joining(", "));
            each.add(
                    TorchScriptFunction.of(
                                    "mean squares",
                                    arguments,
                                    "return torch.stack([" + means + "])")
                            .apply(features));
        }
        NDArray mean = each.size() == 1 ? each.get(0) : NDArrays.stack(each).mean(new int[] {0});
        mean.attach(teacher.get(0).sample().getManager());
        return mean;
    }

    /**
     * Computes the loss of one batch; records it if a tape is open.
     *
     * @param student its sample's manager owns the result
     * @param teacher of the same batch, computed without recording
     * @param meanSquares of the teacher's features over the whole step, see {@link #meanSquares}
     */
    public StepLoss of(UNetOutput student, UNetOutput teacher, Target target, NDArray meanSquares) {
        List<String> teacherStages = List.copyOf(teacher.features().keySet());
        List<StagePair> pairs =
                StagePair.of(teacherStages, List.copyOf(student.features().keySet())).stream()
                        .filter(pair -> sameShape(teacher, student, pair))
                        .toList();
        List<NDArray> inputs = new ArrayList<>();
        inputs.add(student.sample());
        inputs.add(teacher.sample());
        inputs.add(target.noise());
        inputs.add(meanSquares);
        if (target.weights() != null) {
            inputs.add(target.weights());
        }
        List<Integer> scales = new ArrayList<>();
        for (StagePair pair : pairs) {
            inputs.add(student.features().get(pair.student()));
            inputs.add(teacher.features().get(pair.teacher()));
            scales.add(teacherStages.indexOf(pair.teacher()));
        }
        Map<String, String> terms = terms(pairs);
        NDList results =
                function(scales, terms, target.weights() != null)
                        .applyAll(inputs.toArray(NDArray[]::new));
        Map<String, NDArray> weighted = new LinkedHashMap<>();
        for (String term : terms.keySet()) {
            weighted.put(term, results.get(2 + weighted.size()));
        }
        List<String> stages = pairs.stream().map(StagePair::teacher).toList();
        return new StepLoss(results.get(0), results.get(1), stages, weighted);
    }

    /**
     * A stage that lost its downsampler with the stage after it makes another feature: the student
     * lacks the old one.
     */
    private static boolean sameShape(UNetOutput teacher, UNetOutput student, StagePair pair) {
        return teacher.features()
                .get(pair.teacher())
                .getShape()
                .equals(student.features().get(pair.student()).getShape());
    }

    /**
     * Compiles, at the first step, a function of y, teacher's y, target, mean squares [, sample
     * weights], then student's and teacher's feature by turns.
     */
    private TorchScriptFunction function(
            List<Integer> scales, Map<String, String> terms, boolean sampleWeights) {
        // Numbers as %s: %d writes the digits of the default locale.
        StringBuilder arguments = new StringBuilder("y, teacher, target, squares");
        StringBuilder body = new StringBuilder();
        if (sampleWeights) {
            arguments.append(", m");
            // (B, C, h, w) to (B)
            body.append("d = torch.mean(torch.flatten(torch.square(y - target), 1), [1])\n")
                    .append("task = torch.mean(m * d)\n");
        } else {
            body.append("task = torch.mse_loss(y, target, 1)\n"); // 1: the mean
        }
        body.append("output = torch.mse_loss(y, teacher, 1)\n");
        for (int i = 0; i < scales.size(); i++) {
            arguments.append(", s").append(i).append(", t").append(i);
            body.append("r%s = torch.mse_loss(s%s, t%s, 1)\n".formatted(i, i, i));
            body.append("a%s = %s\n".formatted(i, scale(scales.get(i))));
        }
        List<String> names = new ArrayList<>();
        for (String term : terms.values()) {
            String name = "w" + names.size();
            body.append(name).append(" = ").append(term).append('\n');
            names.add(name);
        }
        body.append("total = ")
                .append(names.isEmpty() ? "output * 0.0" : String.join(" + ", names))
                .append('\n');
        String values =
                IntStream.range(0, scales.size())
                        .mapToObj(i -> ", r%s, a%s".formatted(i, i))
                        .collect(Collectors.joining());
        body.append(
                "values = torch.detach(torch.stack([total, task, output%s]))\n".formatted(values));
        names.add(0, "values");
        names.add(0, "total");
        body.append("return [").append(String.join(", ", names)).append("]");
        return TorchScriptFunction.ofMany(
                "distillation loss", arguments.toString(), body.toString());
    }

    /**
     * Returns a_i of a teacher's stage, which nothing recorded, so that no gradient flows through
     * it.
     */
    private String scale(int stage) {
        String meanSquare =
                "torch.clamp_min(torch.select(squares, 0, %s), %s)"
                        .formatted(stage, LEAST_MEAN_SQUARE);
        return switch (weights.normalization()) {
            case NONE -> "torch.ones_like(torch.select(squares, 0, %s))".formatted(stage);
            case L2 -> "torch.rsqrt(%s)".formatted(meanSquare);
            case SQUARED_L2 -> "torch.reciprocal(%s)".formatted(meanSquare);
        };
    }

    /**
     * Returns the name and formula of each weighted term. One of weight 0 is left out, so that its
     * overflow spoils nothing.
     */
    private Map<String, String> terms(List<StagePair> pairs) {
        Map<String, String> terms = new LinkedHashMap<>();
        if (weights.task() > 0) {
            terms.put("task", "task * " + weights.task());
        }
        if (weights.output() > 0) {
            terms.put("output", "output * " + weights.output());
        }
        if (weights.features() > 0) {
            for (int i = 0; i < pairs.size(); i++) {
                terms.put(
                        "features." + pairs.get(i).teacher(),
                        "r%s * a%s * %s".formatted(i, i, weights.features()));
            }
        }
        return terms;
    }
}
