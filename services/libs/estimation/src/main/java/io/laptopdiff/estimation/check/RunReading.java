package io.laptopdiff.estimation.check;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.contracts.run.DrawingSpec;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.SamplerName;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.diffusion.checkpoint.CheckpointHeaders;
import io.laptopdiff.diffusion.clip.ClipConfig;
import io.laptopdiff.diffusion.clip.ClipEncoder;
import io.laptopdiff.diffusion.clip.ClipImageProcessor;
import io.laptopdiff.diffusion.clip.ClipModel;
import io.laptopdiff.diffusion.dataset.DatasetException;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.dataset.PromptList;
import io.laptopdiff.diffusion.dataset.UnusableImageException;
import io.laptopdiff.diffusion.location.PipelineLocation;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import io.laptopdiff.diffusion.pipeline.TextEncoders;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import io.laptopdiff.diffusion.torchscript.TorchScriptFile;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One request's models and data, read once. */
final class RunReading {

    /**
     * The most images tried: where so many, spread over a data set, are unusable, it is taken for
     * unusable.
     */
    private static final int MOST_TRIED = 64;

    private final RunSpec spec;
    private final Artifacts artifacts;
    private final EarlierResults earlier;
    private final boolean fetches;
    private final List<Finding> findings = new ArrayList<>();

    private Path directory;
    private UNetLayout layout;
    private OptionalInt resolution = OptionalInt.empty();

    RunReading(RunSpec spec, Artifacts artifacts, EarlierResults earlier, boolean fetches) {
        this.spec = spec;
        this.artifacts = artifacts;
        this.earlier = earlier;
        this.fetches = fetches;
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** Returns what was read of the teacher; empty where it was not read. */
    Optional<TeacherSummary> teacher() {
        return Optional.ofNullable(layout)
                .map(unet -> TeacherSummary.of(unet, PipelineLocation.notes(directory)));
    }

    void read() {
        look("teacher", spec.teacher(), this::readTeacher);
        readVariants();
        if (!earlier.planned()) {
            readCalibration();
        }
        if (spec.usesScorers()) {
            readScorers();
        }
        if (!spec.planOnly()) {
            if (!earlier.trained()) {
                readImages("distillation.dataset", spec.distillation().dataset());
            }
            readHeldOut();
        }
        readSamplers();
    }

    private interface Step {
        void run();
    }

    /** Takes down what a field's location leads to; nobody is contacted for a dry run's sake. */
    private void look(String field, String location, Step step) {
        if (location == null) {
            return;
        }
        look(
                field,
                () -> {
                    if (fetches || !artifacts.isRemote(location)) {
                        step.run();
                    }
                });
    }

    private void look(String field, Step step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            findings.add(new Finding(field, StageException.of(e, Stage.SCORING, field)));
        }
    }

    private void readTeacher() {
        directory = PipelineLocation.directory(spec.teacher(), artifacts::local);
        StableDiffusionPipeline.checkParts(directory);
        Path unet = directory.resolve("unet");
        Path vae = directory.resolve("vae");
        UNetConfig config = UNetConfig.read(unet);
        UNetLayout read = UNetLayout.of(config);
        resolution = OptionalInt.of(config.sampleSize() * VaeConfig.read(vae).downsamplingFactor());
        NoiseScheduler.read(directory.resolve("scheduler"));
        CheckpointHeaders.require(unet, UNet2DConditionModel.WEIGHTS, read.tensors());
        AutoencoderKL.verifyHeaders(vae);
        TextEncoders.verifyHeaders(directory);
        layout = read;
    }

    private void readVariants() {
        if (layout == null) {
            return;
        }
        for (int i = 0; i < spec.variants().size(); i++) {
            VariantSpec variant = spec.variants().get(i);
            look(
                    "variants[" + i + "]." + VariantCheck.field(variant),
                    () -> VariantCheck.require(variant, layout, spec.teacher()));
        }
    }

    private void readCalibration() {
        CalibrationSpec calibration = spec.calibration();
        if (calibration.prompts() == null) {
            readImages("calibration.dataset", calibration.dataset());
        } else {
            readPrompts("calibration.prompts", calibration.prompts());
        }
    }

    private void readPrompts(String field, String location) {
        look(field, location, () -> PromptList.read(artifacts.file(location)));
    }

    /**
     * Checks that images are there: remote shards are fetched by whoever reads them first; here,
     * they need only be there.
     */
    private void readImages(String field, String location) {
        look(
                field,
                () -> {
                    if (fetches || !artifacts.isRemote(location)) {
                        artifacts.checkData(location);
                    } else {
                        artifacts.requireTarWhereRemote(location);
                    }
                    if (!artifacts.isRemote(location)) {
                        ImageSource images = ImageSource.open(artifacts.data(location));
                        resolution.ifPresent(pixels -> requireUsable(images, pixels));
                    }
                });
    }

    /** Requires one usable image, which is enough: unusable ones are left out, and counted. */
    private static void requireUsable(ImageSource images, int resolution) {
        UnusableImageException first = null;
        int tried = Math.min(images.size(), MOST_TRIED);
        for (int i = 0; i < tried; i++) {
            try {
                images.readUsable((int) ((long) i * images.size() / tried), resolution);
                return;
            } catch (UnusableImageException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw new DatasetException(
                    "None of "
                            + tried
                            + " images of it, of "
                            + images.size()
                            + ", can be used. The first: "
                            + first.what(),
                    first.where(),
                    first.howToFix());
        }
    }

    private void readHeldOut() {
        String location = spec.evaluation().dataset();
        look(
                "evaluation.dataset",
                () -> HeldOutImages.requireAllUsable(artifacts.directory(location)));
    }

    private void readScorers() {
        EvaluationSpec evaluation = spec.evaluation();
        readScorer("evaluation.scorer", evaluation.scorer());
        if (spec.planOnly()) {
            return; // units are scored by that one, and nothing is evaluated
        }
        for (int i = 0; i < evaluation.scorers().size(); i++) {
            readScorer(
                    "evaluation.scorers[" + i + "].location",
                    evaluation.scorers().get(i).location());
        }
        readPrompts("evaluation.promptList", evaluation.promptList());
        look(
                "evaluation.inception",
                evaluation.inception(),
                () -> readInception(evaluation.inception()));
    }

    private void readScorer(String field, String location) {
        look(field, () -> ClipEncoder.verifyHeaders(artifacts.directory(location)));
    }

    private void readInception(String location) {
        Path place = artifacts.local(location);
        if (Files.isDirectory(place)) {
            ClipModel.verifyHeaders(place);
            ClipImageProcessor.load(place, ClipConfig.read(place));
        } else {
            TorchScriptFile.verify(place);
        }
    }

    /**
     * Reads every sampler that a stage will draw with, the evaluation's after the training
     * included.
     */
    private void readSamplers() {
        if (layout == null) {
            return; // its directory was not found, or something else is wrong with it
        }
        if (spec.calibration().prompts() != null) {
            readSampler("calibration.drawing", spec.calibration().drawingOrDefault());
        }
        if (spec.scoring().criteria().contains(Criterion.CLIP_SCORE)) {
            readSampler("scoring.clipScore", spec.scoring().clipScoreOrDefault().drawing());
        }
        if (!spec.planOnly()) {
            EvaluationSpec evaluation = spec.evaluation();
            readSampler("evaluation", evaluation.scheduler(), evaluation.inferenceSteps());
        }
    }

    private void readSampler(String field, DrawingSpec drawing) {
        readSampler(field, drawing.scheduler(), drawing.inferenceSteps());
    }

    private void readSampler(String field, SamplerName sampler, int steps) {
        look(
                field + ".scheduler",
                () -> {
                    Scheduler scheduler =
                            Scheduler.ofPipeline(directory, SamplerName.textOf(sampler));
                    try {
                        scheduler.requireSteps(steps);
                    } catch (IllegalArgumentException e) {
                        throw new StageException(
                                "The sampler cannot draw in " + steps + " steps: " + e.getMessage(),
                                field + ".inferenceSteps",
                                "Ask for fewer; 20 to 50 are usual.",
                                e);
                    }
                });
    }
}
