package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.types.Shape;

/**
 * One tensor of a safetensors file.
 *
 * @param name the tensor's name
 * @param type its element type
 * @param shape its shape; empty for a scalar
 * @param offsetBytes where its bytes begin, from the start of the file
 * @param sizeBytes how many bytes it has
 */
public record TensorEntry(
        String name, TensorType type, Shape shape, long offsetBytes, long sizeBytes) {}
