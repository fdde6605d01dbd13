package io.laptopdiff.diffusion.unet;

/**
 * SDXL's extra conditioning ({@code addition_embed_type: text_time}).
 *
 * @param timeEmbedDim sinusoid width of each of the time ids
 * @param inputDim width of text embedding and time ids together
 */
public record AdditionEmbedding(int timeEmbedDim, int inputDim) {}
