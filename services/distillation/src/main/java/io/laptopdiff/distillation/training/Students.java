package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import java.util.Arrays;
import java.util.LinkedHashSet;

/** Students as a plan wants them, with the teacher's weights of what stays. */
final class Students {

    private Students() {}

    /**
     * @param parent the student's weights live in a sub-manager of it
     * @throws StageException if the plan does not fit the teacher
     */
    static UNet2DConditionModel of(
            PruningPlan plan, UNet2DConditionModel teacher, NDManager parent) {
        if (teacher.parameters() != plan.teacherParameters()) {
            throw new StageException(
                    "The plan is for a U-Net of %d parameters, and the teacher has %d"
                            .formatted(plan.teacherParameters(), teacher.parameters()),
                    "plan.teacherParameters",
                    "The teacher changed since it was scored; ask for a new run.");
        }
        UNet2DConditionModel student = cut(plan, teacher, parent);
        if (student.parameters() != plan.studentParameters()) {
            String sizes =
                    "The plan leaves %d parameters, and the student has %d"
                            .formatted(plan.studentParameters(), student.parameters());
            student.close();
            throw new StageException(
                    sizes,
                    "plan.studentParameters",
                    "The plan was made for another teacher; ask for a new run.");
        }
        return student;
    }

    private static UNet2DConditionModel cut(
            PruningPlan plan, UNet2DConditionModel teacher, NDManager parent) {
        if (!plan.removedUnits().isEmpty()) {
            try {
                return teacher.prune(new LinkedHashSet<>(plan.removedUnits()), parent);
            } catch (IllegalArgumentException e) {
                throw new StageException(
                        e.getMessage(),
                        "plan.removedUnits",
                        "The plan was made for another teacher; ask for a new run.",
                        e);
            }
        }
        HandcraftedUNet handcrafted =
                HandcraftedUNet.ofLabel(plan.handcrafted())
                        .orElseThrow(() -> unknown(plan.handcrafted()));
        try {
            return handcrafted.student(teacher, parent);
        } catch (IllegalArgumentException e) {
            throw new StageException(
                    e.getMessage(),
                    "plan.handcrafted",
                    "Ask for a ratio instead, or give another teacher.",
                    e);
        }
    }

    private static StageException unknown(String label) {
        return new StageException(
                "The handcrafted U-Net '" + label + "' cannot be built",
                "plan.handcrafted",
                "Ask for one of "
                        + Arrays.stream(HandcraftedUNet.values())
                                .map(HandcraftedUNet::label)
                                .toList()
                        + " or for a ratio.");
    }
}
