package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.MemoryLimit;
import io.laptopdiff.diffusion.location.PipelineLocation;
import io.laptopdiff.diffusion.pipeline.ComparisonMemory;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.estimation.Judges;
import io.laptopdiff.estimation.TeacherParts;
import java.nio.file.Path;

/**
 * How many images are drawn at once: as many as the settings allow and memory has room for, told
 * from configs before a weight is read.
 *
 * @param memory of both U-Nets and what they share
 * @param guided samples of a pass for each image
 * @param student location of its U-Net
 */
record DrawingSize(ComparisonMemory memory, int guided, Path student) {

    private static final String OPTION = "laptopdiff.evaluation.memory";

    static DrawingSize of(DistillationFinished event, Artifacts artifacts) {
        EvaluationSpec spec = event.spec().evaluation();
        Path student = artifacts.directory(event.student()).resolve("unet");
        return new DrawingSize(
                TeacherParts.read(
                                PipelineLocation.directory(
                                        event.spec().teacher(), artifacts::local))
                        .comparison(
                                UNetLayout.of(UNetConfig.read(student)),
                                Judges.of(spec, artifacts)),
                spec.guidanceScale() > 1 ? 2 : 1,
                student);
    }

    /**
     * Returns how many images are drawn at once.
     *
     * @throws StageException if not even one would fit
     */
    int images(EvaluationSettings settings, Devices devices) {
        return images(
                settings.batchSize(), new MemoryLimit(settings.memory(), devices).available());
    }

    /** Returns how many images are drawn at once: at most so many, within so many bytes. */
    int images(int most, long bytes) {
        for (int images = most; images > 0; images--) {
            if (memory.needed(guided * images) <= bytes) {
                return images;
            }
        }
        throw new StageException(
                "Teacher, student and scorer beside each other take "
                        + MemoryLimit.text(memory.needed(guided))
                        + " to draw one image, and evaluation may take "
                        + MemoryLimit.text(bytes),
                student.toString(),
                "Give the worker more memory ("
                        + OPTION
                        + ", or the container's limit), choose a smaller evaluation.scorer, or stop"
                        + " what else runs on the machine.");
    }
}
