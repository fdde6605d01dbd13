package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.ScorerSpec;
import io.laptopdiff.diffusion.checkpoint.TensorStream;
import io.laptopdiff.diffusion.clip.ClipEncoder;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.pipeline.TextEncoders;
import io.laptopdiff.diffusion.torchscript.TorchScriptFile;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads every weight of a run's models once before anything is computed, for a number that is not
 * finite would show hours later. {@link io.laptopdiff.estimation.check.RunCheck} has read all else.
 */
public final class WeightsCheck {

    private final Artifacts artifacts;

    public WeightsCheck(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    /**
     * Holds the numbers of all weights to be finite, with few of them in memory at a time.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming file and tensor
     */
    public void check(RunSpec spec) {
        TeacherDirectory teacher = TeacherDirectory.of(spec.teacher(), artifacts);
        try (NDManager manager = Devices.newCpuManager()) {
            TensorStream.verify(
                    teacher.unet(),
                    UNet2DConditionModel.WEIGHTS,
                    UNetLayout.of(UNetConfig.read(teacher.unet())).tensors(),
                    manager);
            AutoencoderKL.load(teacher.vae(), manager).close();
            TextEncoders.load(teacher.root(), manager).close();
            if (spec.usesScorers()) {
                ClipEncoder.verify(artifacts.directory(spec.evaluation().scorer()), manager);
            }
            if (!spec.planOnly()) {
                checkOtherScorers(spec.evaluation(), manager);
            }
        }
    }

    private void checkOtherScorers(EvaluationSpec evaluation, NDManager manager) {
        for (ScorerSpec scorer : evaluation.scorers()) {
            ClipEncoder.verify(artifacts.directory(scorer.location()), manager);
        }
        if (evaluation.inception() != null) {
            Path inception = artifacts.local(evaluation.inception());
            if (Files.isDirectory(inception)) {
                ClipModel.verify(inception, manager);
            } else {
                TorchScriptFile.load(inception, manager.getDevice()).close();
            }
        }
    }
}
