package io.laptopdiff.diffusion.vae;

import io.laptopdiff.diffusion.engine.CheckedOperators;
import io.laptopdiff.diffusion.torchscript.TorchScriptFunction;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The TorchScript of the autoencoder's layers, compiled once per number of groups.
 *
 * <p>The epsilon of every norm is 1e-6, as AutoencoderKL hard-codes it. B = batch, C = channels, H,
 * W = size.
 */
final class VaeFunctions {

    private static final Map<Integer, VaeFunctions> BY_GROUPS = new ConcurrentHashMap<>();

    /** A 3x3 convolution that keeps the size. */
    static final TorchScriptFunction CONV3 =
            CheckedOperators.function(
                    "vae conv 3x3", "x, w, b", "return __torch__.conv2d(x, w, b, [1, 1], [1, 1])");

    /** A 1x1 convolution. */
    static final TorchScriptFunction CONV1 =
            CheckedOperators.function(
                    "vae conv 1x1", "x, w, b", "return __torch__.conv2d(x, w, b, [1, 1], [0, 0])");

    /** Halves the size; the padding lies right and below only, as in the original autoencoder. */
    static final TorchScriptFunction DOWN =
            CheckedOperators.function(
                    "vae downsample",
                    "x, w, b",
                    """
                    p = torch.constant_pad_nd(x, [0, 1, 0, 1], 0)
                    return __torch__.conv2d(p, w, b, [2, 2], [0, 0])""");

    /** Doubles the size by repetition, then convolves. */
    static final TorchScriptFunction UP =
            CheckedOperators.function(
                    "vae upsample",
                    "x, w, b",
                    """
                    u = torch.upsample_nearest2d(x, None, [2.0, 2.0])
                    return __torch__.conv2d(u, w, b, [1, 1], [1, 1])""");

    private static final String RESNET_BRANCH =
            """
            h = __torch__.silu(__torch__.group_norm(x, GROUPS, n1w, n1b, 1e-06))
            h1 = __torch__.conv2d(h, c1w, c1b, [1, 1], [1, 1])
            h2 = __torch__.silu(__torch__.group_norm(h1, GROUPS, n2w, n2b, 1e-06))
            h3 = __torch__.conv2d(h2, c2w, c2b, [1, 1], [1, 1])
            """;

    /** A residual block whose input has the channels of its output. */
    final TorchScriptFunction resnet;

    /** A residual block with a 1x1 convolution on the skip path. */
    final TorchScriptFunction resnetWithShortcut;

    /** Self-attention with one head over the positions, residual included. */
    final TorchScriptFunction attention;

    /** The final norm, activation and convolution. */
    final TorchScriptFunction normConvOut;

    private VaeFunctions(int groups) {
        resnet =
                of(
                        groups,
                        "vae resnet",
                        "x, n1w, n1b, c1w, c1b, n2w, n2b, c2w, c2b",
                        RESNET_BRANCH + "return torch.add(x, h3)");
        resnetWithShortcut =
                of(
                        groups,
                        "vae resnet with shortcut",
                        "x, n1w, n1b, c1w, c1b, n2w, n2b, c2w, c2b, sw, sb",
                        RESNET_BRANCH
                                + "return torch.add(__torch__.conv2d(x, sw, sb, [1, 1], [0, 0]), h3)");
        attention =
                of(
                        groups,
                        "vae attention",
                        "x, nw, nb, qw, qb, kw, kb, vw, vb, ow, ob",
                        """
                        n = __torch__.group_norm(x, GROUPS, nw, nb, 1e-06)
                        t = torch.unsqueeze(torch.transpose(torch.flatten(n, 2, 3), 1, 2), 1)
                        q = __torch__.linear(t, qw, qb)
                        k = __torch__.linear(t, kw, kb)
                        v = __torch__.linear(t, vw, vb)
                        a = torch.squeeze(__torch__.attention(q, k, v, False), 1)
                        o = torch.transpose(__torch__.linear(a, ow, ob), 1, 2)
                        return torch.add(x, torch.view_as(torch.contiguous(o), x))""");
        normConvOut =
                of(
                        groups,
                        "vae norm and conv out",
                        "x, nw, nb, w, b",
                        """
                        h = __torch__.silu(__torch__.group_norm(x, GROUPS, nw, nb, 1e-06))
                        return __torch__.conv2d(h, w, b, [1, 1], [1, 1])""");
    }

    static VaeFunctions of(int groups) {
        return BY_GROUPS.computeIfAbsent(groups, VaeFunctions::new);
    }

    private static TorchScriptFunction of(int groups, String name, String arguments, String body) {
        return CheckedOperators.function(
                name, arguments, body.replace("GROUPS", Integer.toString(groups)));
    }
}
