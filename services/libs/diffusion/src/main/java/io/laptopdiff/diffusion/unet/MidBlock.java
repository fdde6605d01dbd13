package io.laptopdiff.diffusion.unet;

/** The kinds of middle block. */
public enum MidBlock {
    /** {@code mid_block_type: null}: no middle block, as in BK-SDM Small. */
    NONE,
    /** {@code UNetMidBlock2D}: one resnet, as in SSD-1B. */
    RESNET,
    /** {@code UNetMidBlock2DCrossAttn}: resnet, transformer, resnet. */
    CROSS_ATTENTION
}
