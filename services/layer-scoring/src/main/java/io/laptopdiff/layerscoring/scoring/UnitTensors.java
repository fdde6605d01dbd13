package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.unet.Unit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Tells which tensors go with a unit. */
final class UnitTensors {
    private UnitTensors() {}

    /**
     * Returns for each unit, in execution order, the names of the tensors that its removal frees.
     */
    static List<Set<String>> of(UNetLayout layout) {
        return layout.units().stream().map(unit -> freedBy(unit, layout)).toList();
    }

    private static Set<String> freedBy(Unit unit, UNetLayout layout) {
        Set<String> freed = new TreeSet<>(layout.tensors().keySet());
        freed.removeAll(layout.tensors(List.of(unit.path())).keySet());
        return freed;
    }
}
