package io.laptopdiff.estimation.check;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.util.List;
import java.util.Locale;

/**
 * Refuses variants that no scores can make possible. What needs costs or scores to be seen, such as
 * several budgets together, is the planner's to refuse.
 */
final class VariantCheck {

    private VariantCheck() {}

    /** Returns the field of a variant that {@link #require} looks at. */
    static String field(VariantSpec variant) {
        return variant.handcrafted() == null ? "ratio" : "handcrafted";
    }

    /**
     * Holds a variant to what its teacher has.
     *
     * @param teacher the location, for the message
     * @throws StageException if a handcrafted U-Net is not made from such a teacher, or the ratio
     *     is above what can be removed
     */
    static void require(VariantSpec variant, UNetLayout layout, String teacher) {
        if (variant.handcrafted() != null) {
            requireCut(variant.handcrafted(), layout, teacher);
            return;
        }
        double largest = TeacherSummary.of(layout, List.of()).largestRatio();
        if (variant.ratio() != null && variant.ratio() > largest) {
            throw new StageException(
                    "The ratio is "
                            + variant.ratio()
                            + ", and all units that can be removed have "
                            + largest
                            + " of the parameters",
                    teacher,
                    String.format(
                            Locale.ROOT,
                            "Ask for at most %.3f.",
                            Math.floor(largest * 1000) / 1000));
        }
    }

    private static void requireCut(String handcrafted, UNetLayout layout, String teacher) {
        try {
            HandcraftedUNet.ofLabel(handcrafted).orElseThrow().layout(layout.config());
        } catch (IllegalArgumentException e) {
            throw new StageException(
                    "The teacher cannot be cut to '" + handcrafted + "': " + e.getMessage(),
                    teacher,
                    "Ask for a ratio, or give the teacher that it is made from: Stable Diffusion"
                            + " 1.x or 2.x for the names that begin with bk-, SDXL for the others.",
                    e);
        }
    }
}
