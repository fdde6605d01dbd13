package io.laptopdiff.diffusion.unet;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds where a pass first notices that units are missing. */
final class FirstTouched {

    private FirstTouched() {}

    /**
     * The place of the first layer that the removal of these units together touches: a unit's own
     * layer, or the entry of a transformer that goes with them.
     *
     * @throws IllegalArgumentException if a path is of no unit, or there are none
     */
    static int place(UNetLayout layout, Set<String> units) {
        List<Layer> layers = layout.layers();
        int first = layers.size();
        Set<String> unknown = new LinkedHashSet<>(units);
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            boolean itself =
                    units.contains(layer.path())
                            && (layer instanceof Layer.Resnet
                                    || layer instanceof Layer.TransformerBlock);
            if (itself) {
                unknown.remove(layer.path());
            }
            if (first == layers.size()
                    && (itself
                            || (layer instanceof Layer.TransformerEntry
                                    && layout.isGoneWithout(layer, units)))) {
                first = i;
            }
        }
        if (units.isEmpty() || !unknown.isEmpty()) {
            throw new IllegalArgumentException(unknown + " are no units of this U-Net");
        }
        return first;
    }
}
