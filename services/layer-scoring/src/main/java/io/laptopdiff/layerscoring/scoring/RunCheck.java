package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.clip.ClipTextConfig;
import io.laptopdiff.diffusion.clip.ClipTextModel;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.schedulers.NoiseScheduler;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.util.Locale;

/** Finds before any computing starts what would make a run fail hours later. */
public final class RunCheck {

    private final Artifacts artifacts;

    public RunCheck(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    /**
     * Reads the teacher's configs and every one of its weights, and opens the data sets.
     *
     * @throws RuntimeException that {@link ScoringException#of} can tell
     */
    public TeacherSummary check(RunSpec spec) {
        Unavailable.refuse(spec);
        TeacherDirectory teacher = new TeacherDirectory(artifacts.directory(spec.teacher()));
        UNetLayout layout = UNetLayout.of(UNetConfig.read(teacher.unet()));
        TeacherSummary summary = TeacherSummary.of(layout);
        for (int i = 0; i < spec.variants().size(); i++) {
            checkVariant(spec.variants().get(i), "variants[" + i + "].", layout, summary);
        }
        checkDatasets(spec);
        checkTeacher(teacher, layout);
        return summary;
    }

    private static void checkVariant(
            VariantSpec variant, String field, UNetLayout layout, TeacherSummary teacher) {
        if (variant.ratio() != null
                && variant.ratio() * teacher.parameters() > teacher.removable()) {
            throw new ScoringException(
                    String.format(
                            Locale.ROOT,
                            "The ratio %s asks for more than can be removed: %d of the teacher's %d parameters",
                            variant.ratio(),
                            teacher.removable(),
                            teacher.parameters()),
                    field + "ratio",
                    String.format(
                            Locale.ROOT,
                            "Ask for at most %.4f.",
                            Math.floor(teacher.largestRatio() * 1e4) / 1e4));
        }
        if (variant.handcrafted() != null) {
            HandcraftedUNet.ofLabel(variant.handcrafted())
                    .ifPresent(unet -> checkHandcrafted(unet, field, layout));
        }
    }

    private static void checkHandcrafted(HandcraftedUNet unet, String field, UNetLayout layout) {
        try {
            unet.layout(layout.config());
        } catch (IllegalArgumentException e) {
            throw new ScoringException(
                    "The teacher cannot be cut to this U-Net: " + e.getMessage(),
                    field + "handcrafted",
                    "Ask for a ratio instead, or give a teacher like Stable Diffusion 1.x or 2.x.");
        }
    }

    private void checkDatasets(RunSpec spec) {
        ImageFolder.open(artifacts.directory(spec.calibration().dataset()));
        ImageFolder.open(artifacts.directory(spec.distillation().dataset()));
        ImageFolder.open(artifacts.directory(spec.evaluation().dataset()));
        new EvaluationCheck(artifacts).check(spec.evaluation());
    }

    private static void checkTeacher(TeacherDirectory teacher, UNetLayout layout) {
        teacher.requireFitting(
                layout.config(),
                VaeConfig.read(teacher.vae()),
                ClipTextConfig.read(teacher.textEncoder()));
        NoiseScheduler.read(teacher.scheduler());
        ClipTokenizer.load(teacher.tokenizer()).close();
        try (NDManager manager = NDManager.newBaseManager()) {
            StateDict.verify(
                    teacher.unet(), UNet2DConditionModel.WEIGHTS, layout.tensors(), manager);
            AutoencoderKL.load(teacher.vae(), manager).close();
            ClipTextModel.load(teacher.textEncoder(), manager).close();
        }
    }
}
