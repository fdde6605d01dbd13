package io.laptopdiff.diffusion.unet;

import java.util.List;

/**
 * The layers that go with the last block of a multi-block transformer: norm, {@code proj_in} and
 * {@code proj_out}.
 *
 * @param transformer path of the {@code Transformer2DModel}
 * @param blocks paths of its block units
 * @param parameters freed on top of the blocks' own when all of them are removed
 */
public record TransformerBonus(String transformer, List<String> blocks, long parameters) {}
