package io.laptopdiff.distillation.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.diffusion.unet.UNetOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The loss of normalized feature distillation (LAPTOP-Diff, arXiv 2404.11098; its three terms are
 * those of BK-SDM, arXiv 2305.15798, equations 2 to 4):
 *
 * <pre>
 * w_task mean((target - y_S)²) + w_out mean((y_T - y_S)²) + w_feat Σ a_i mean((f_T,i - f_S,i)²)
 * </pre>
 *
 * <p>There is a term for each stage that teacher and student share, with a feature of the same
 * shape; a_i follows from the teacher's feature alone. Means run over the whole tensor. One native
 * call a step.
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
     * Computes the loss of one batch; records it if a tape is open.
     *
     * @param student its sample's manager owns the result
     * @param teacher of the same batch, computed without recording
     * @param target the true noise or velocity, the shape of the samples
     */
    public StepLoss of(UNetOutput student, UNetOutput teacher, NDArray target) {
        List<StagePair> pairs =
                StagePair.of(
                                List.copyOf(teacher.features().keySet()),
                                List.copyOf(student.features().keySet()))
                        .stream()
                        .filter(pair -> sameShape(teacher, student, pair))
                        .toList();
        List<NDArray> inputs = new ArrayList<>();
        inputs.add(student.sample());
        inputs.add(teacher.sample());
        inputs.add(target);
        for (StagePair pair : pairs) {
            inputs.add(student.features().get(pair.student()));
            inputs.add(teacher.features().get(pair.teacher()));
        }
        NDList results = function(pairs.size()).applyAll(inputs.toArray(NDArray[]::new));
        return new StepLoss(
                results.get(0), results.get(1), pairs.stream().map(StagePair::teacher).toList());
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
     * Of y, teacher's y, target, then student's and teacher's feature by turns; compiled at the
     * first step.
     */
    private TorchScriptFunction function(int stages) {
        StringBuilder arguments = new StringBuilder("y, teacher, target");
        StringBuilder body = new StringBuilder();
        body.append("task = torch.mse_loss(y, target, 1)\n"); // 1: the mean
        body.append("output = torch.mse_loss(y, teacher, 1)\n");
        for (int i = 0; i < stages; i++) {
            arguments.append(", s").append(i).append(", t").append(i);
            body.append("r%d = torch.mse_loss(s%d, t%d, 1)\n".formatted(i, i, i));
            body.append("a%d = %s\n".formatted(i, scale(i)));
        }
        body.append("total = ").append(total(stages)).append('\n');
        String terms =
                IntStream.range(0, stages)
                        .mapToObj(i -> ", r%d, a%d".formatted(i, i))
                        .collect(Collectors.joining());
        body.append(
                "return [total, torch.detach(torch.stack([total, task, output%s]))]"
                        .formatted(terms));
        return TorchScriptFunction.ofMany(
                "distillation loss", arguments.toString(), body.toString());
    }

    /** a_i of a teacher's feature, which nothing recorded, so that no gradient flows through it. */
    private String scale(int stage) {
        String meanSquare =
                "torch.clamp_min(torch.mean(torch.square(torch.detach(t%d))), %s)"
                        .formatted(stage, LEAST_MEAN_SQUARE);
        return switch (weights.normalization()) {
            case NONE -> "torch.ones_like(torch.detach(r%d))".formatted(stage);
            case L2 -> "torch.rsqrt(%s)".formatted(meanSquare);
            case SQUARED_L2 -> "torch.reciprocal(%s)".formatted(meanSquare);
        };
    }

    /** A term of weight 0 is left out, so that its overflow spoils nothing. */
    private String total(int stages) {
        List<String> terms = new ArrayList<>();
        if (weights.task() > 0) {
            terms.add("task * " + weights.task());
        }
        if (weights.output() > 0) {
            terms.add("output * " + weights.output());
        }
        if (weights.features() > 0) {
            IntStream.range(0, stages)
                    .forEach(i -> terms.add("r%d * a%d * %s".formatted(i, i, weights.features())));
        }
        return terms.isEmpty() ? "output * 0.0" : String.join(" + ", terms);
    }
}
