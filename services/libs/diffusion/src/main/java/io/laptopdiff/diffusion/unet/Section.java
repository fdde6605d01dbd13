package io.laptopdiff.diffusion.unet;

import java.util.ArrayList;
import java.util.List;

/**
 * The layers of one stage, the first with {@code conv_in}; the last section is {@code conv_out}. No
 * transformer spans two sections, so that a state between them is a hidden state and skips.
 *
 * @param stage whose feature its hidden state is; null for {@code conv_out}
 * @param layers in execution order
 */
record Section(String stage, List<Layer> layers) {

    /** The sections of a U-Net, in execution order. */
    static List<Section> of(UNetLayout layout) {
        List<Section> sections = new ArrayList<>();
        List<Layer> layers = new ArrayList<>();
        for (Layer layer : layout.layers()) {
            layers.add(layer);
            if (layer instanceof Layer.StageEnd) {
                sections.add(new Section(layer.path(), List.copyOf(layers)));
                layers.clear();
            }
        }
        sections.add(new Section(null, List.copyOf(layers)));
        return sections;
    }

    /** Returns how many skips it takes from the stack. */
    int taken() {
        return (int)
                layers.stream()
                        .filter(layer -> layer instanceof Layer.Resnet resnet && resnet.takesSkip())
                        .count();
    }

    /** Returns how many skips it leaves on the stack. */
    int pushed() {
        return (int) layers.stream().filter(Layer.PushSkip.class::isInstance).count();
    }
}
