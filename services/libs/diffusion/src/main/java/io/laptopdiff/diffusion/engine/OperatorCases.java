package io.laptopdiff.diffusion.engine;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The kinds of call that the models make: widths that are and are not multiples of 8, 16 and 32,
 * kernels, strides, few and many rows, heads of all widths, and for each operator that takes long
 * one call that is large enough to be timed.
 */
final class OperatorCases {

    private static final String CONVOLUTION =
            "return torch.conv2d(x, w, b, [%1$s, %1$s], [%2$s, %2$s], [1, 1], 1)";

    /** The large and small convolutions, each as from, to, size, kernel, stride, padding. */
    private static final int[][] BLOCKED = {
        {32, 64, 8, 3, 1, 1}, {48, 16, 9, 1, 1, 0}, {64, 64, 16, 3, 2, 1}, {128, 128, 32, 3, 1, 1}
    };

    private static final int[][] OTHER = {
        {4, 320, 16, 3, 1, 1},
        {320, 4, 32, 3, 1, 1},
        {24, 24, 16, 3, 1, 1},
        {40, 72, 8, 1, 1, 0},
        {20, 36, 15, 3, 2, 1},
        {3, 96, 64, 8, 8, 0},
        {8, 8, 16, 1, 1, 0},
        {72, 120, 32, 3, 1, 1}
    };

    /** The linear layers, each as rows, from, to. */
    private static final int[][] LINEAR = {
        {2, 320, 1280}, {77, 96, 40}, {300, 24, 40}, {256, 36, 96}, {512, 320, 1280}
    };

    /**
     * The attentions, each as heads, queries, keys, width, whether a query sees only keys before
     * it.
     */
    private static final int[][] ATTENTION = {
        {2, 100, 77, 40, 0},
        {8, 64, 64, 160, 0},
        {4, 24, 24, 24, 1},
        {1, 64, 64, 20, 0},
        {8, 512, 512, 40, 0}
    };

    private static final int[][] GROUPS = {{24, 4, 15}, {320, 32, 8}};
    private static final int[][] LAYERS = {{77, 96}, {64, 320}, {5, 20}};
    private static final int BATCH = 2;

    private OperatorCases() {}

    static List<OperatorCase> of(Operator operator) {
        List<OperatorCase> cases = new ArrayList<>();
        switch (operator) {
            case CONVOLUTION -> convolutions(operator, BLOCKED, cases);
            case CONVOLUTION_PADDED -> convolutions(operator, OTHER, cases);
            case CONVOLUTION_BFLOAT16 -> {
                convolutions(operator, BLOCKED, cases);
                convolutions(operator, OTHER, cases);
            }
            case LINEAR, LINEAR_TRAINED, LINEAR_BFLOAT16 -> linear(operator, cases);
            case ATTENTION, ATTENTION_BFLOAT16 -> attention(operator, cases);
            case GROUP_NORM, GROUP_NORM_BFLOAT16 -> groupNorms(operator, cases);
            case LAYER_NORM, LAYER_NORM_BFLOAT16 -> layerNorms(operator, cases);
            case SILU ->
                    one(
                            operator,
                            "return torch.div(x, torch.add(torch.exp(torch.neg(x)), 1))",
                            cases);
            case GELU ->
                    one(
                            operator,
                            "return torch.mul(torch.mul(x, 0.5), torch.add(torch.erf(torch.div(x, 1.4142135623730951)), 1))",
                            cases);
            case UPSAMPLE ->
                    one(
                            operator,
                            "return torch.repeat_interleave(torch.repeat_interleave(x, 2, 2), 2, 3)",
                            cases);
            case SQUARED_ERROR ->
                    cases.add(
                            new OperatorCase(
                                    operator,
                                    "2 of 24 at 15",
                                    "x, y",
                                    List.of(image(24, 15), image(24, 15)),
                                    "(x, y)",
                                    "return torch.mean(torch.mul(torch.sub(x, y), torch.sub(x, y)))",
                                    0));
            case ADAMW -> {} // OptimizerCheck: it changes its arguments
            default -> throw new IllegalStateException("no cases of " + operator);
        }
        return cases;
    }

    private static void convolutions(Operator operator, int[][] kinds, List<OperatorCase> cases) {
        for (int i = 0; i < kinds.length; i++) {
            int[] k = kinds[i];
            int size = k[2] / k[4];
            boolean timed = i == kinds.length - 1;
            cases.add(
                    new OperatorCase(
                            operator,
                            "%d to %d, %dx%d, stride %d, at %d"
                                    .formatted(k[0], k[1], k[3], k[3], k[4], k[2]),
                            "x, w, b",
                            List.of(
                                    new Shape(timed ? 1 : BATCH, k[0], k[2], k[2]),
                                    new Shape(k[1], k[0], k[3], k[3]),
                                    new Shape(k[1])),
                            "(x, w, b, [%1$s, %1$s], [%2$s, %2$s])".formatted(k[4], k[5]),
                            CONVOLUTION.formatted(k[4], k[5]),
                            timed ? (double) k[0] * k[1] * k[3] * k[3] * size * size : 0));
        }
    }

    private static void linear(Operator operator, List<OperatorCase> cases) {
        for (int i = 0; i < LINEAR.length; i++) {
            int[] k = LINEAR[i];
            cases.add(
                    new OperatorCase(
                            operator,
                            "%d rows, %d to %d".formatted(k[0], k[1], k[2]),
                            "x, w, b",
                            List.of(
                                    new Shape(1, k[0], k[1]),
                                    new Shape(k[2], k[1]),
                                    new Shape(k[2])),
                            "(x, w, b)",
                            "return torch.add(torch.matmul(x, torch.t(w)), b)",
                            i == LINEAR.length - 1 ? (double) k[0] * k[1] * k[2] : 0));
        }
    }

    private static void attention(Operator operator, List<OperatorCase> cases) {
        for (int i = 0; i < ATTENTION.length; i++) {
            int[] k = ATTENTION[i];
            boolean causal = k[4] == 1;
            if (causal && operator == Operator.ATTENTION_BFLOAT16) {
                continue; // only text is, and text encoders compute in FLOAT32
            }
            Shape keys = new Shape(1, k[0], k[2], k[3]);
            cases.add(
                    new OperatorCase(
                            operator,
                            "%d heads of %d, %d queries, %d keys%s"
                                    .formatted(k[0], k[3], k[1], k[2], causal ? ", causal" : ""),
                            "q, k, v",
                            List.of(new Shape(1, k[0], k[1], k[3]), keys, keys),
                            "(q, k, v, " + (causal ? "True" : "False") + ")",
                            """
                            s = torch.mul(torch.matmul(q, torch.transpose(k, 2, 3)), torch.pow(q.size(3), -0.5))
                            e = torch.exp(s)
                            %s
                            return torch.div(torch.matmul(e, v), torch.sum(e, [3], True))"""
                                    .formatted(
                                            causal ? "e = torch.tril(e)" : "e = torch.mul(e, 1)"),
                            i == ATTENTION.length - 1 ? 2.0 * k[0] * k[1] * k[2] * k[3] : 0));
        }
    }

    private static void groupNorms(Operator operator, List<OperatorCase> cases) {
        for (int[] k : GROUPS) {
            for (String x : List.of("x", "torch.contiguous(x, memory_format=2)")) {
                cases.add(
                        new OperatorCase(
                                operator,
                                "%d in %d groups at %d%s"
                                        .formatted(
                                                k[0],
                                                k[1],
                                                k[2],
                                                x.equals("x") ? "" : ", channels-last"),
                                "x, w, b",
                                List.of(image(k[0], k[2]), new Shape(k[0]), new Shape(k[0])),
                                "(%s, %d, w, b, 1e-05)".formatted(x, k[1]),
                                """
                                g = torch.reshape(x, [x.size(0), %d, -1])
                                m = torch.mean(g, [2], True)
                                d = torch.mean(torch.mul(g, g), [2], True) - torch.mul(m, m)
                                n = torch.reshape(torch.div(torch.sub(g, m), torch.sqrt(d + 1e-05)), x.size())
                                return torch.mul(n, torch.reshape(w, [1, -1, 1, 1])) + torch.reshape(b, [1, -1, 1, 1])"""
                                        .formatted(k[1]),
                                0));
            }
        }
    }

    private static void layerNorms(Operator operator, List<OperatorCase> cases) {
        for (int[] k : LAYERS) {
            cases.add(
                    new OperatorCase(
                            operator,
                            "%d rows of %d".formatted(k[0], k[1]),
                            "x, w, b",
                            List.of(new Shape(BATCH, k[0], k[1]), new Shape(k[1]), new Shape(k[1])),
                            "(x, w, b, 1e-05)",
                            """
                            m = torch.mean(x, [-1], True)
                            d = torch.mean(torch.mul(x, x), [-1], True) - torch.mul(m, m)
                            return torch.mul(torch.div(torch.sub(x, m), torch.sqrt(d + 1e-05)), w) + b""",
                            0));
        }
    }

    private static void one(Operator operator, String reference, List<OperatorCase> cases) {
        for (int channels : new int[] {20, 64}) {
            cases.add(
                    new OperatorCase(
                            operator,
                            "2 of %d at 15".formatted(channels),
                            "x",
                            List.of(image(channels, 15)),
                            "(x)",
                            reference,
                            0));
        }
    }

    private static Shape image(int channels, int size) {
        return new Shape(BATCH, channels, size, size);
    }
}
