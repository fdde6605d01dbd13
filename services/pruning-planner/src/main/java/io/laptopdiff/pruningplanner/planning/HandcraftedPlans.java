package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.util.Arrays;
import java.util.List;

/** The published U-Nets as plans. */
final class HandcraftedPlans {
    private HandcraftedPlans() {}

    /**
     * @throws StageException if the teacher lacks what that U-Net is cut from
     */
    static PruningPlan of(String name, UNetLayout teacher) {
        HandcraftedUNet unet =
                HandcraftedUNet.ofLabel(name)
                        .orElseThrow(
                                () ->
                                        new StageException(
                                                "No handcrafted U-Net is called '" + name + "'",
                                                "handcrafted",
                                                "Ask for a ratio, or for one of "
                                                        + labels()
                                                        + "."));
        try {
            long all = teacher.parameters();
            long student = unet.layout(teacher.config()).parameters();
            List<String> removed = List.copyOf(unet.removedUnits(teacher.config()));
            double achieved = (double) (all - student) / all;
            return new PruningPlan(
                    removed, name, null, achieved, all - student, all, student, null);
        } catch (IllegalArgumentException e) {
            throw new StageException(
                    "The teacher cannot be cut to '" + name + "': " + e.getMessage(),
                    "handcrafted",
                    "Ask for a ratio, or give the teacher that it is made from: Stable Diffusion"
                            + " 1.x or 2.x for the names that begin with bk-, SDXL for the others.",
                    e);
        }
    }

    private static List<String> labels() {
        return Arrays.stream(HandcraftedUNet.values()).map(HandcraftedUNet::label).toList();
    }
}
