package io.laptopdiff.diffusion.unet;

import io.laptopdiff.diffusion.engine.CheckedOperators;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;

/**
 * The TorchScript of a U-Net's layers: one function a layer, so that what lies between input and
 * output of a layer is freed natively, and a forward pass is some sixty calls. Between layers, and
 * along the residual sums inside them, numbers are FLOAT32 in either arithmetic.
 */
final class UNetFunctions {

    /**
     * The source of a 3x3 convolution, with numbers as %s: %d writes the digits of the default
     * locale.
     */
    private static final String CONV_3X3 = "__torch__.conv2d(%s, %s, %s, [%s, %s], [1, 1])";

    private final Arithmetic arithmetic;

    UNetFunctions(Arithmetic arithmetic) {
        this.arithmetic = arithmetic;
    }

    private TorchScriptFunction function(String name, String arguments, String body) {
        return CheckedOperators.function(arithmetic.label() + name, arguments, body);
    }

    private String in(String activation) {
        return arithmetic.in(activation);
    }

    private String out(String result) {
        return arithmetic.out(result);
    }

    TorchScriptFunction conv3x3(int stride) {
        return function(
                "conv 3x3 stride " + stride,
                "x, w, b",
                "return " + out(String.format(CONV_3X3, in("x"), "w", "b", stride, stride)));
    }

    /**
     * Returns the SiLU function, which is no class's field: who only counts tensors shall not load
     * the engine.
     */
    static TorchScriptFunction silu() {
        return CheckedOperators.function("silu", "x", "return __torch__.silu(x)");
    }

    /** Returns the concatenation of a skip along the channels. */
    TorchScriptFunction concatenate() {
        return function("concatenate", "x, skip", "return torch.cat([x, skip], 1)");
    }

    TorchScriptFunction conv1x1() {
        return function(
                "conv 1x1",
                "x, w, b",
                "return " + out("__torch__.conv2d(" + in("x") + ", w, b, [1, 1], [0, 0])"));
    }

    /**
     * Returns a resnet function of x, activated time embedding, norm1, conv1, time_emb_proj, norm2,
     * conv2 [, conv_shortcut].
     */
    TorchScriptFunction resnet(int groups, double eps, boolean shortcut) {
        String skip = shortcut ? out("__torch__.conv2d(n, ws, bs, [1, 1], [0, 0])") : "x";
        return function(
                "resnet, " + groups + " groups, eps " + eps + (shortcut ? ", shortcut" : ""),
                "x, t, g1, h1, w1, b1, wt, bt, g2, h2, w2, b2" + (shortcut ? ", ws, bs" : ""),
                "n = "
                        + in("x")
                        + "\nh = __torch__.silu("
                        + groupNorm("n", "g1", "h1", groups, eps)
                        + ")\n"
                        + "h = "
                        + String.format(CONV_3X3, "h", "w1", "b1", 1, 1)
                        + "\n"
                        // (B, out) to (B, out, 1, 1)
                        + "h = h + torch.unsqueeze(torch.unsqueeze(__torch__.linear("
                        + in("t")
                        + ", wt, bt), -1), -1)\n"
                        + "h = __torch__.silu("
                        + groupNorm("h", "g2", "h2", groups, eps)
                        + ")\n"
                        + "h = "
                        + String.format(CONV_3X3, "h", "w2", "b2", 1, 1)
                        + "\n"
                        + "return "
                        + skip
                        + " + "
                        + out("h"));
    }

    /**
     * Returns a function of x (B, C, H, W), norm and proj_in that gives (B, HW, C). A 1x1
     * convolution is the same matrix.
     */
    TorchScriptFunction transformerEntry(int groups) {
        return function(
                "transformer entry, " + groups + " groups",
                "x, g, h, w, b",
                "c = x.size(1)\n"
                        + "n = "
                        + groupNorm(in("x"), "g", "h", groups, 1e-6)
                        + "\n"
                        // (B, C, H, W) to (B, HW, C)
                        + "n = torch.reshape(torch.permute(n, [0, 2, 3, 1]), [x.size(0), -1, c])\n"
                        + "w = torch.reshape(w, [c, c])\n"
                        + "return "
                        + out(linear("n", "w", "b")));
    }

    /**
     * Returns a function of x (B, HW, C), the transformer's input (B, C, H, W) and proj_out that
     * gives (B, C, H, W).
     */
    TorchScriptFunction transformerExit() {
        return function(
                "transformer exit",
                "x, residual, w, b",
                "c = x.size(2)\n"
                        + "n = "
                        + in("x")
                        + "\nw = torch.reshape(w, [c, c])\n"
                        + "y = "
                        + out(linear("n", "w", "b"))
                        + "\n"
                        // (B, HW, C) to (B, C, H, W)
                        + "y = torch.reshape(y, [x.size(0), residual.size(2), residual.size(3), c])\n"
                        + "return "
                        + arithmetic.imageOfTokens("torch.permute(y, [0, 3, 1, 2])")
                        + " + residual");
    }

    /**
     * Returns the function of a {@code BasicTransformerBlock}: x (B, T, C), context (B, S, D), then
     * its 20 tensors in order.
     */
    TorchScriptFunction transformerBlock(int heads) {
        return function(
                "transformer block, " + heads + " heads",
                "x, context, g1, h1, q1, k1, v1, o1, p1, g2, h2, q2, k2, v2, o2, p2, g3, h3, wi, bi, wo, bo",
                "c = x.size(2)\n"
                        + layerNorm("g1", "h1")
                        + attention("n", "n", "q1", "k1", "v1", heads)
                        + "x = "
                        + out(linear("a", "o1", "p1"))
                        + " + x\n"
                        + layerNorm("g2", "h2")
                        + "s = "
                        + in("context")
                        + "\n"
                        + attention("n", "s", "q2", "k2", "v2", heads)
                        + "x = "
                        + out(linear("a", "o2", "p2"))
                        + " + x\n"
                        + layerNorm("g3", "h3")
                        + "u = torch.chunk("
                        + linear("n", "wi", "bi")
                        + ", 2, -1)\n"
                        + "u = u[0] * __torch__.gelu(u[1])\n"
                        + "return "
                        + out(linear("u", "wo", "bo"))
                        + " + x");
    }

    /**
     * Returns an upsampling function of x, a tensor whose height and width are wanted, and conv.
     */
    TorchScriptFunction upsample() {
        return function(
                "upsample",
                "x, like, w, b",
                "y = torch.upsample_nearest2d("
                        + in("x")
                        + ", [like.size(2), like.size(3)])\n"
                        + "return "
                        + out(String.format(CONV_3X3, "y", "w", "b", 1, 1)));
    }

    /** Returns the function of the final layers, with x, norm and conv as arguments. */
    TorchScriptFunction convOut(int groups, double eps) {
        return function(
                "conv out, " + groups + " groups, eps " + eps,
                "x, g, h, w, b",
                "n = __torch__.silu("
                        + groupNorm(in("x"), "g", "h", groups, eps)
                        + ")\n"
                        + "return torch.contiguous("
                        + out(String.format(CONV_3X3, "n", "w", "b", 1, 1))
                        + ")");
    }

    private static String linear(String x, String weight, String bias) {
        return "__torch__.linear(" + x + ", " + weight + ", " + bias + ")";
    }

    private static String groupNorm(String x, String weight, String bias, int groups, double eps) {
        return "__torch__.group_norm("
                + x
                + ", "
                + groups
                + ", "
                + weight
                + ", "
                + bias
                + ", "
                + eps
                + ")";
    }

    private String layerNorm(String weight, String bias) {
        return "n = __torch__.layer_norm(" + in("x") + ", " + weight + ", " + bias + ", 1e-05)\n";
    }

    /**
     * Writes the statements that leave multi-head attention of {@code x} on {@code s} in {@code a}:
     * (B, T, C).
     */
    private String attention(String x, String s, String q, String k, String v, int heads) {
        return heads("q", x, q, heads)
                + heads("k", s, k, heads)
                + heads("v", s, v, heads)
                + "a = __torch__.attention(q, k, v, False)\n"
                // (B, heads, T, d) to (B, T, C)
                + "a = torch.transpose(a, 1, 2)\n"
                + "a = torch.reshape(a, [a.size(0), a.size(1), -1])\n";
    }

    /** Projects (B, T, C) and splits it to (B, heads, T, d). */
    private String heads(String name, String x, String weight, int heads) {
        return String.format(
                "%1$s = %2$s\n"
                        + "%1$s = torch.transpose(torch.reshape(%1$s, [%1$s.size(0), %1$s.size(1), %3$s, -1]), 1, 2)\n",
                name, linear(x, weight, "None"), heads);
    }
}
