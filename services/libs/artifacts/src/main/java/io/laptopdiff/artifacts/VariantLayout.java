package io.laptopdiff.artifacts;

import java.nio.file.Path;
import java.util.Locale;

/**
 * The files of one variant of a run.
 *
 * @param directory runs/&lt;runId&gt;/&lt;variant&gt; under the root
 */
public record VariantLayout(Path directory) {
    public Path plan() {
        return directory.resolve("plan.json");
    }

    public Path checkpoints() {
        return directory.resolve("checkpoints");
    }

    /** The place of a step's checkpoint, padded, so that names sort as steps do. */
    public Path checkpoint(int step) {
        return checkpoints().resolve(String.format(Locale.ROOT, "step-%06d", step));
    }

    /** The place of every step of the distillation, as a table. */
    public Path training() {
        return directory.resolve("training.csv");
    }

    /**
     * The place of what was said of the distillation when it had ended; where it is there, the
     * student is.
     */
    public Path distillation() {
        return directory.resolve("distillation.json");
    }

    /** A diffusers directory. */
    public Path student() {
        return directory.resolve("student");
    }

    /** The place of images that are drawn as a training goes on. */
    public Path samples() {
        return directory.resolve("samples");
    }

    /**
     * The place of the images that are drawn after a step, padded, so that names sort as steps do.
     */
    public Path samples(int step) {
        return samples().resolve(String.format(Locale.ROOT, "step-%06d", step));
    }

    public Path evaluation() {
        return directory.resolve("evaluation");
    }
}
