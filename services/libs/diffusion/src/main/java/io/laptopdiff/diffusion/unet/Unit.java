package io.laptopdiff.diffusion.unet;

/**
 * One removable layer of a U-Net.
 *
 * @param path its diffusers module path, e.g. {@code mid_block.resnets.0}
 * @param kind what it is
 * @param parameters what its removal alone frees; the bonus of a multi-block transformer not
 *     included
 */
public record Unit(String path, Kind kind, long parameters) {

    /** The two kinds of unit. */
    public enum Kind {
        /** A residual block; what stays is its skip path. */
        RESNET,
        /** A {@code BasicTransformerBlock}; it becomes the identity. */
        TRANSFORMER;

        /** The lower-case name used in files and messages. */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
