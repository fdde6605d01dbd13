package io.laptopdiff.diffusion.engine;

import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * Arguments of one call of an operator, of a kind that the models use.
 *
 * @param operator which
 * @param label e.g. {@code 320 to 4, 3x3, at 64}
 * @param arguments names of the tensors, e.g. {@code x, w, b}
 * @param shapes of them
 * @param call how the function is called with them, after its name, e.g. {@code (x, w, b, [1, 1],
 *     [1, 1])}
 * @param reference TorchScript statements that compute the same from them, with nothing that could
 *     be wrong in the same way
 * @param multiplications of one call, for its rate; 0 for cases that are too small to be timed
 */
record OperatorCase(
        Operator operator,
        String label,
        String arguments,
        List<Shape> shapes,
        String call,
        String reference,
        double multiplications) {}
