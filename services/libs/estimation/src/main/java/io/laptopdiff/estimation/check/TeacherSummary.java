package io.laptopdiff.estimation.check;

import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.unet.Unit;
import java.util.List;

/**
 * What a run needs to know of its teacher's U-Net.
 *
 * @param parameters of the U-Net
 * @param units that can be removed, in execution order
 * @param removable parameters that go when every unit is removed, bonuses included
 * @param notes what of its files is corrected or ignored, a sentence each
 */
public record TeacherSummary(
        long parameters, List<Unit> units, long removable, List<String> notes) {

    static TeacherSummary of(UNetLayout layout, List<String> notes) {
        List<Unit> units = layout.units();
        long left = layout.parameters(units.stream().map(Unit::path).toList());
        return new TeacherSummary(layout.parameters(), units, layout.parameters() - left, notes);
    }

    /** The largest ratio that any plan can reach. */
    public double largestRatio() {
        return (double) removable / parameters;
    }
}
