package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.DrawingSpec;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.SamplerName;
import io.laptopdiff.diffusion.checkpoint.TensorStream;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.location.PipelineLocation;
import io.laptopdiff.diffusion.pipeline.TextEncoders;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.AutoencoderKL;

/** Finds before any computing starts what would make a run fail hours later. */
public final class RunCheck {

    private final Artifacts artifacts;

    public RunCheck(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    /**
     * Reads the teacher's configs and every one of its weights, and opens the data sets.
     *
     * @throws RuntimeException that {@link io.laptopdiff.contracts.StageException#of} can tell
     */
    public TeacherSummary check(RunSpec spec) {
        TeacherDirectory teacher = TeacherDirectory.of(spec.teacher(), artifacts);
        UNetLayout layout = UNetLayout.of(UNetConfig.read(teacher.unet()));
        TeacherSummary summary = TeacherSummary.of(layout, PipelineLocation.notes(teacher.root()));
        checkDatasets(spec, teacher.resolution(layout.config()));
        checkSamplers(spec, teacher);
        checkTeacher(teacher, layout);
        return summary;
    }

    /** What is remote is fetched by whoever reads it first; here, it need only be there. */
    private void checkDatasets(RunSpec spec, int resolution) {
        CalibrationSpec calibration = spec.calibration();
        if (calibration.prompts() == null && artifacts.isRemote(calibration.dataset())) {
            artifacts.checkData(calibration.dataset());
        } else {
            CalibrationSource.of(artifacts, calibration, resolution);
        }
        if (spec.planOnly()) {
            return;
        }
        String training = spec.distillation().dataset();
        artifacts.checkData(training);
        if (!artifacts.isRemote(training)) {
            ImageSource.open(artifacts.data(training));
        }
        ImageFolder.open(artifacts.directory(spec.evaluation().dataset())).requireAllUsable();
        new EvaluationCheck(artifacts).check(spec.evaluation());
    }

    /** Every sampler that a stage will draw with, the evaluation's after the training included. */
    private static void checkSamplers(RunSpec spec, TeacherDirectory teacher) {
        if (spec.calibration().prompts() != null) {
            checkDrawing(spec.calibration().drawingOrDefault(), teacher, "calibration.drawing");
        }
        if (spec.scoring().criteria().contains(Criterion.CLIP_SCORE)) {
            checkDrawing(
                    spec.scoring().clipScoreOrDefault().drawing(), teacher, "scoring.clipScore");
        }
        if (!spec.planOnly()) {
            EvaluationSpec evaluation = spec.evaluation();
            checkSteps(evaluation.scheduler(), evaluation.inferenceSteps(), teacher, "evaluation");
        }
    }

    private static void checkDrawing(DrawingSpec drawing, TeacherDirectory teacher, String field) {
        checkSteps(drawing.scheduler(), drawing.inferenceSteps(), teacher, field);
    }

    private static void checkSteps(
            SamplerName sampler, int inferenceSteps, TeacherDirectory teacher, String field) {
        Scheduler scheduler = Scheduler.ofPipeline(teacher.root(), SamplerName.textOf(sampler));
        try (NDManager manager = Devices.newCpuManager()) {
            scheduler.begin(inferenceSteps, manager).close();
        } catch (IllegalArgumentException e) {
            throw new StageException(
                    "The sampler cannot draw in "
                            + inferenceSteps
                            + " steps: "
                            + e.getMessage(),
                    field + ".inferenceSteps",
                    "Ask for fewer; 20 to 50 are usual.",
                    e);
        }
    }

    private static void checkTeacher(TeacherDirectory teacher, UNetLayout layout) {
        teacher.requireFitting(layout.config());
        NoiseScheduler.read(teacher.scheduler());
        try (NDManager manager = Devices.newCpuManager()) {
            TensorStream.verify(
                    teacher.unet(), UNet2DConditionModel.WEIGHTS, layout.tensors(), manager);
            AutoencoderKL.load(teacher.vae(), manager).close();
            TextEncoders.load(teacher.root(), manager).close();
        }
    }
}
