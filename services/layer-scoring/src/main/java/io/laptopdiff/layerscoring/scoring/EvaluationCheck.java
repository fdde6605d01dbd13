package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactException;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.ScorerSpec;
import io.laptopdiff.diffusion.clip.ClipEncoder;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.dataset.PromptList;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.torchscript.TorchScriptFile;
import java.nio.file.Path;

/** What a run is measured with, seen before the hours that lead to its measuring. */
final class EvaluationCheck {

    private final Artifacts artifacts;

    EvaluationCheck(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    /**
     * @throws RuntimeException that {@link io.laptopdiff.contracts.StageException#of} can tell
     */
    void check(EvaluationSpec spec) {
        if (spec.promptList() != null) {
            PromptList.read(artifacts.file(spec.promptList()));
        }
        scorer(artifacts.directory(spec.scorer()));
        for (ScorerSpec scorer : spec.scorers()) {
            scorer(artifacts.directory(scorer.location()));
        }
        if (spec.inception() != null) {
            inception(spec.inception());
        }
    }

    private static void scorer(Path directory) {
        try (NDManager manager = Devices.newCpuManager()) {
            ClipEncoder.verify(directory, manager);
        }
    }

    private void inception(String location) {
        Path file;
        try {
            file = artifacts.file(location);
        } catch (ArtifactException e) { // then it must be a directory
            clip(artifacts.directory(location));
            return;
        }
        TorchScriptFile.verify(file);
    }

    private static void clip(Path directory) {
        try (NDManager manager = Devices.newCpuManager()) {
            ClipModel.verify(directory, manager);
        }
    }
}
