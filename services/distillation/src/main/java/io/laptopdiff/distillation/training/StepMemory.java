package io.laptopdiff.distillation.training;

import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.MemoryLimit;
import io.laptopdiff.diffusion.unet.DistillationMemory;
import io.laptopdiff.diffusion.unet.DistillationMemory.Choice;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.estimation.Recipes;
import io.laptopdiff.estimation.TeacherParts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Bytes that a training takes at most, told from the layouts of teacher and student before any
 * weight is read.
 *
 * @param memory of teacher and student on one device
 * @param devices that share a batch, each with memory of its own
 * @param recovers whether the plan's candidates are trained for a few steps first
 */
record StepMemory(DistillationMemory memory, int devices, boolean recovers) {

    private static final String NO_IMAGES = "distillation.sampleImages to 0";

    /**
     * Returns the memory that the training of a plan's student takes.
     *
     * @param directory the teacher's
     * @param images in the data set
     * @return empty where the plan does not fit the teacher, which is told elsewhere
     */
    static Optional<StepMemory> of(
            Path directory, PlanCreated created, int images, Devices devices) {
        PruningPlan plan = created.plan();
        TeacherParts parts = TeacherParts.read(directory);
        UNetLayout teacher = parts.unet();
        int shares = devices.first().isGpu() ? devices.all().size() : 1;
        try {
            Optional<UNetLayout> student =
                    plan.removedUnits().isEmpty()
                            ? HandcraftedUNet.ofLabel(plan.handcrafted())
                                    .map(unet -> unet.layout(teacher.config()))
                            : Optional.of(teacher.without(plan.removedUnits()));
            return student.map(
                    layout ->
                            new StepMemory(
                                    parts.distillation(layout, images),
                                    shares,
                                    Recovery.steps(created) > 0));
        } catch (IllegalArgumentException noStudentOfIt) {
            return Optional.empty();
        }
    }

    /** Returns the bytes that a training by this recipe takes on one device. */
    long needed(DistillationRecipe recipe) {
        return needed(Recipes.choice(recipe));
    }

    private long needed(Choice choice) {
        int share = (choice.batch() + devices - 1) / devices;
        return memory.needed(
                new Choice(
                        choice.bf16(),
                        choice.checkpointing(),
                        choice.averaged(),
                        choice.guided(),
                        share,
                        choice.batches(),
                        choice.draws(),
                        recovers));
    }

    /**
     * Sees that a training fits.
     *
     * @param bytes that it may take
     * @param where names the variant
     * @throws StageException with the choices that would make it fit
     */
    void requireFits(DistillationRecipe recipe, long bytes, String where) {
        long needed = needed(recipe);
        if (needed <= bytes) {
            return;
        }
        throw new StageException(
                "A training step takes "
                        + MemoryLimit.text(needed)
                        + " beside what the process holds already, and it may take "
                        + MemoryLimit.text(bytes),
                where,
                wayOut(recipe, bytes));
    }

    /** The first that fits: what costs no time, then what costs some, then smaller batches. */
    private String wayOut(DistillationRecipe recipe, long bytes) {
        Choice asked = Recipes.choice(recipe);
        Map<Choice, String> choices = new LinkedHashMap<>();
        addCheaper(choices, asked, "");
        Choice silent = cheaper(asked, asked.bf16(), asked.checkpointing(), 1, false);
        choices.put(silent, NO_IMAGES);
        addCheaper(choices, silent, NO_IMAGES + ", ");
        choices.remove(asked);
        for (Map.Entry<Choice, String> choice : choices.entrySet()) {
            long needed = needed(choice.getKey());
            if (needed <= bytes) {
                return "Set "
                        + choice.getValue()
                        + ", which takes "
                        + MemoryLimit.text(needed)
                        + ".";
            }
        }
        return "Give the worker more memory ("
                + DistillationJob.MEMORY
                + ", or the container's limit), ask for a larger ratio, or stop what else runs on the machine.";
    }

    private static void addCheaper(Map<Choice, String> choices, Choice asked, String before) {
        boolean draws = asked.draws();
        choices.putIfAbsent(
                cheaper(asked, true, asked.checkpointing(), 1, draws),
                before + "distillation.teacherPrecision to bf16");
        choices.putIfAbsent(
                cheaper(asked, true, true, 1, draws),
                before
                        + "distillation.teacherPrecision to bf16 and distillation.gradientCheckpointing to true");
        int batch = asked.batch();
        for (int parts = 2; parts <= batch; parts++) {
            if (batch % parts == 0) {
                choices.putIfAbsent(
                        cheaper(asked, true, true, parts, draws),
                        (before
                                        + "distillation.teacherPrecision to bf16, distillation.gradientCheckpointing to true,"
                                        + " distillation.batchSize to %s and distillation.gradientAccumulation to %s")
                                .formatted(batch / parts, asked.batches() * parts));
            }
        }
    }

    /** Returns the choice with batches cut into parts. */
    private static Choice cheaper(
            Choice asked, boolean bf16, boolean checkpointing, int parts, boolean draws) {
        return new Choice(
                bf16,
                checkpointing,
                asked.averaged(),
                asked.guided(),
                asked.batch() / parts,
                asked.batches() * parts,
                draws);
    }
}
