package io.laptopdiff.diffusion.unet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A layer and the size of what comes into it.
 *
 * @param channels of the hidden state that comes in
 * @param height of that state, in latent pixels
 * @param width of it
 * @param nextHeight of the state that it leaves
 * @param nextWidth of it
 */
record LayerShape(Layer layer, int channels, int height, int width, int nextHeight, int nextWidth) {

    private record Size(int height, int width) {

        /** Returns the size after a 3x3 convolution of stride 2 and padding 1. */
        Size halved() {
            return new Size((height + 1) / 2, (width + 1) / 2);
        }
    }

    /** Lists all layers of a pass over such a latent, those that are removed included. */
    static List<LayerShape> of(UNetLayout layout, int latentHeight, int latentWidth) {
        List<LayerShape> shapes = new ArrayList<>();
        Deque<Size> skips = new ArrayDeque<>();
        Size size = new Size(latentHeight, latentWidth);
        int channels = layout.config().inChannels();
        for (Layer layer : layout.layers()) {
            Size before = size;
            int in = channels;
            if (layer instanceof Layer.PushSkip) {
                skips.push(size);
            } else if (layer instanceof Layer.Resnet resnet) {
                if (resnet.takesSkip()) {
                    skips.pop();
                }
                channels = resnet.out();
            } else if (layer instanceof Layer.Downsample) {
                size = size.halved();
            } else if (layer instanceof Layer.Upsample) {
                size = skips.peek();
            } else if (layer instanceof Layer.ConvIn convIn) {
                channels = convIn.out();
            } else if (layer instanceof Layer.ConvOut convOut) {
                channels = convOut.out();
            }
            shapes.add(
                    new LayerShape(
                            layer,
                            in,
                            before.height(),
                            before.width(),
                            size.height(),
                            size.width()));
        }
        return shapes;
    }

    long positions() {
        return (long) height * width;
    }

    long nextPositions() {
        return (long) nextHeight * nextWidth;
    }

    /** Returns the number of elements of the state that comes in, of one sample. */
    long elements() {
        return channels * positions();
    }
}
