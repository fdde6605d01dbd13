package io.laptopdiff.shapes.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import io.laptopdiff.shapes.dataset.ShapesDataset;
import java.util.List;

/** The symmetric contrastive loss of CLIP (Radford et al., arXiv 2103.00020, figure 3). */
record ClipObjective(ClipModel clip, ClipTokenizer tokenizer, ShapesDataset dataset, int batchSize)
        implements TrainingLoop.Objective {

    private static final TorchScriptFunction LOSS =
            TorchScriptFunction.ofMany(
                    "contrastive loss",
                    "logits",
                    """
                    byimage = torch.mean(torch.diagonal(torch.log_softmax(logits, 1)))
                    bytext = torch.mean(torch.diagonal(torch.log_softmax(logits, 0)))
                    right = torch.argmax(logits, 1) == torch.argmax(torch.eye(logits.size(0)), 1)
                    accuracy = torch.mean(torch.mul(right, 1.0))
                    return [torch.mul(byimage + bytext, -0.5), accuracy]""");

    @Override
    public List<String> terms() {
        return List.of("contrastive", "accuracy");
    }

    @Override
    public NDList at(int step, NDManager scope) {
        Batches.Batch batch = Batches.distinct(dataset, step, batchSize, scope);
        NDArray ids = tokenizer.encode(batch.captions(), scope);
        return LOSS.applyAll(
                clip.logitsPerImage(
                        clip.imageEmbeds(batch.images()), clip.textEmbeds(ids))); // (B, B)
    }
}
