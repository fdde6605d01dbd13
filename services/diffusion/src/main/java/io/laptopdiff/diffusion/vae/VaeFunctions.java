package io.laptopdiff.diffusion.vae;

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

    /** 3x3 convolution that keeps the size. */
    static final TorchScriptFunction CONV3 =
            TorchScriptFunction.of(
                    "vae conv 3x3",
                    "x, w, b",
                    "return torch.conv2d(x, w, b, [1, 1], [1, 1], [1, 1], 1)");

    /** 1x1 convolution. */
    static final TorchScriptFunction CONV1 =
            TorchScriptFunction.of(
                    "vae conv 1x1",
                    "x, w, b",
                    "return torch.conv2d(x, w, b, [1, 1], [0, 0], [1, 1], 1)");

    /** Halves the size; the padding lies right and below only, as in the original autoencoder. */
    static final TorchScriptFunction DOWN =
            TorchScriptFunction.of(
                    "vae downsample",
                    "x, w, b",
                    """
                    p = torch.constant_pad_nd(x, [0, 1, 0, 1], 0)
                    return torch.conv2d(p, w, b, [2, 2], [0, 0], [1, 1], 1)""");

    /** Doubles the size by repetition, then convolves. */
    static final TorchScriptFunction UP =
            TorchScriptFunction.of(
                    "vae upsample",
                    "x, w, b",
                    """
                    u = torch.upsample_nearest2d(x, None, [2.0, 2.0])
                    return torch.conv2d(u, w, b, [1, 1], [1, 1], [1, 1], 1)""");

    private static final String RESNET_BRANCH =
            """
            h = torch.silu(torch.group_norm(x, GROUPS, n1w, n1b, 1e-6, True))
            h1 = torch.conv2d(h, c1w, c1b, [1, 1], [1, 1], [1, 1], 1)
            h2 = torch.silu(torch.group_norm(h1, GROUPS, n2w, n2b, 1e-6, True))
            h3 = torch.conv2d(h2, c2w, c2b, [1, 1], [1, 1], [1, 1], 1)
            """;

    /** Residual block whose input has the channels of its output. */
    final TorchScriptFunction resnet;

    /** Residual block with a 1x1 convolution on the skip path. */
    final TorchScriptFunction resnetWithShortcut;

    /** Self-attention with one head over the positions, residual included. */
    final TorchScriptFunction attention;

    /** Final norm, activation and convolution. */
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
                                + "return torch.add(torch.conv2d(x, sw, sb, [1, 1], [0, 0], [1, 1], 1), h3)");
        attention =
                of(
                        groups,
                        "vae attention",
                        "x, nw, nb, qw, qb, kw, kb, vw, vb, ow, ob",
                        """
                        n = torch.group_norm(x, GROUPS, nw, nb, 1e-6, True)
                        t = torch.unsqueeze(torch.transpose(torch.flatten(n, 2, 3), 1, 2), 1)
                        q = torch.linear(t, qw, qb)
                        k = torch.linear(t, kw, kb)
                        v = torch.linear(t, vw, vb)
                        a = torch.squeeze(torch.scaled_dot_product_attention(q, k, v, None, 0.0, False), 1)
                        o = torch.transpose(torch.linear(a, ow, ob), 1, 2)
                        return torch.add(x, torch.view_as(torch.contiguous(o), x))""");
        normConvOut =
                of(
                        groups,
                        "vae norm and conv out",
                        "x, nw, nb, w, b",
                        """
                        h = torch.silu(torch.group_norm(x, GROUPS, nw, nb, 1e-6, True))
                        return torch.conv2d(h, w, b, [1, 1], [1, 1], [1, 1], 1)""");
    }

    static VaeFunctions of(int groups) {
        return BY_GROUPS.computeIfAbsent(groups, VaeFunctions::new);
    }

    private static TorchScriptFunction of(int groups, String name, String arguments, String body) {
        return TorchScriptFunction.of(
                name, arguments, body.replace("GROUPS", Integer.toString(groups)));
    }
}
