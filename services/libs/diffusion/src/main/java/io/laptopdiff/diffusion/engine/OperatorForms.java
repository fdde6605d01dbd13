package io.laptopdiff.diffusion.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The forms of every operator, the preferred one first. The order is a fact of the processor's kind
 * and never of a measurement, so that the same machine computes the same numbers however busy it
 * is.
 */
public final class OperatorForms {

    /** The rows of a matrix below which a convolution costs more than the product. */
    private static final int FEW_ROWS = 256;

    /**
     * PyTorch's convolution, of an image brought into the format of the weights. Left in
     * channels-last, as linear layers leave it, it would make PyTorch bring the weights into that
     * format in every call, which costs a tenth of a pass, and of small images half of the
     * convolution.
     */
    private static final OperatorForm PLAIN_CONVOLUTION =
            new OperatorForm(
                    "plain",
                    "return torch.conv2d(torch.contiguous(x), w, b, stride, padding, [1, 1], 1)");

    /** A convolution in a memory format that oneDNN takes as it is, and so pads nothing. */
    private static final OperatorForm CHANNELS_LAST =
            new OperatorForm(
                    "channels-last",
                    """
                    return torch.conv2d(torch.contiguous(x, memory_format=2), torch.contiguous(w, memory_format=2), b, stride, padding, [1, 1], 1)""");

    /** A convolution of widths padded to multiples of 16; the padding is ours, and zero. */
    private static final OperatorForm PADDED =
            new OperatorForm(
                    "padded to 16",
                    """
                    i = (16 - w.size(1) % 16) % 16
                    o = (16 - w.size(0) % 16) % 16
                    z = torch.constant_pad_nd(x, [0, 0, 0, 0, 0, i], 0)
                    k = torch.constant_pad_nd(w, [0, 0, 0, 0, 0, i, 0, o], 0)
                    y = torch.slice(torch.conv2d(z, k, None, stride, padding, [1, 1], 1), 1, 0, w.size(0), 1)
                    if b is not None:
                      y = torch.add(y, torch.reshape(b, [1, -1, 1, 1]))
                    return y""");

    /** PyTorch's own convolution, as a product of matrices, without oneDNN. */
    private static final OperatorForm IM2COL =
            new OperatorForm(
                    "im2col",
                    "return torch.thnn_conv2d(x, w, [w.size(2), w.size(3)], b, stride, padding)");

    static final OperatorForm BFLOAT16_CONVOLUTION =
            new OperatorForm(
                    "channels-last in bfloat16",
                    """
                    c = b
                    if b is not None:
                      c = torch.to(b, 15)
                    return torch.conv2d(torch.contiguous(torch.to(x, 15), memory_format=2), torch.contiguous(torch.to(w, 15), memory_format=2), c, stride, padding, [1, 1], 1)""");

    /** A convolution in FLOAT32, whose weights are held in bfloat16 all the same. */
    private static final OperatorForm CONVOLUTION_IN_FLOAT32 =
            new OperatorForm(
                    "computed in fp32",
                    """
                    c = b
                    if b is not None:
                      c = torch.to(b, 6)
                    return __torch__.conv2d_full(torch.to(x, 6), torch.to(w, 6), c, stride, padding)""");

    /**
     * A linear layer of many rows as the 1x1 convolution of an image in channels-last: oneDNN's
     * convolutions use all of every processor, where MKL's products run at half the speed on some.
     */
    private static final OperatorForm AS_CONVOLUTION =
            new OperatorForm(
                    "1x1 convolution",
                    """
                    n = torch.numel(x) // x.size(-1)
                    if n >= %d:
                      z = torch.permute(torch.reshape(x, [1, n, 1, x.size(-1)]), [0, 3, 1, 2])
                      y = torch.conv2d(z, torch.reshape(w, [w.size(0), -1, 1, 1]), b, [1, 1], [0, 0], [1, 1], 1)
                      r = torch.reshape(torch.permute(y, [0, 2, 3, 1]), torch.add(torch.slice(x.size(), 0, -1, 1), [w.size(0)]))
                    else:
                      r = torch.linear(x, w, b)
                    return r"""
                            .formatted(FEW_ROWS));

    private static final OperatorForm PRODUCT =
            new OperatorForm("product", "return torch.linear(x, w, b)");

    static final OperatorForm BFLOAT16_PRODUCT =
            new OperatorForm(
                    "product in bfloat16",
                    """
                    c = b
                    if b is not None:
                      c = torch.to(b, 15)
                    return torch.linear(torch.to(x, 15), torch.to(w, 15), c)""");

    private static final OperatorForm LINEAR_IN_FLOAT32 =
            new OperatorForm(
                    "computed in fp32",
                    """
                    c = b
                    if b is not None:
                      c = torch.to(b, 6)
                    return __torch__.form_linear(torch.to(x, 6), torch.to(w, 6), c)""");

    private static final OperatorForm FUSED_ATTENTION =
            new OperatorForm(
                    "fused",
                    "return torch.scaled_dot_product_attention(q, k, v, None, 0.0, causal)");

    private static final OperatorForm COMPOSED_ATTENTION =
            new OperatorForm(
                    "composed",
                    """
                    s = torch.matmul(torch.mul(q, torch.pow(q.size(3), -0.5)), torch.transpose(k, 2, 3))
                    if causal:
                      future = torch.triu(torch.ones([s.size(2), s.size(3)], dtype=11, layout=0, device=s.device), 1)
                      s = torch.masked_fill(s, future, -inf)
                    return torch.matmul(torch.softmax(s, -1), v)""");

    /**
     * Attention in bfloat16. PyTorch's own has no fast bfloat16 products on every processor, so the
     * softmax is taken over as many queries at once as keep their weights, 8 MB of all heads, in
     * the cache.
     */
    private static final OperatorForm BFLOAT16_ATTENTION =
            new OperatorForm(
                    "blocks in bfloat16",
                    """
                    z = torch.contiguous(torch.mul(torch.to(q, 15), torch.pow(q.size(3), -0.5)))
                    t = torch.contiguous(torch.transpose(torch.to(k, 15), 2, 3))
                    u = torch.contiguous(torch.to(v, 15))
                    a = torch.empty_like(z)
                    n = ops.prim.max(4194304 // z.size(1) // t.size(3), 16)
                    for i in range(z.size(0)):
                      for j in range((z.size(2) + n - 1) // n):
                        s = torch.matmul(torch.slice(torch.select(z, 0, i), 1, j * n, (j + 1) * n), torch.select(t, 0, i))
                        o = torch.slice(torch.select(a, 0, i), 1, j * n, (j + 1) * n)
                        o = torch.copy_(o, torch.matmul(torch.softmax(s, -1), torch.select(u, 0, i)))
                    return a""");

    private static final OperatorForm ATTENTION_IN_FLOAT32 =
            new OperatorForm(
                    "computed in fp32",
                    "return __torch__.form_attention(torch.to(q, 6), torch.to(k, 6), torch.to(v, 6), causal)");

    private static final OperatorForm GROUP_NORM =
            new OperatorForm("fused", "return torch.group_norm(x, groups, w, b, eps)");

    private static final OperatorForm COMPOSED_GROUP_NORM =
            new OperatorForm(
                    "composed",
                    """
                    g = torch.reshape(x, [x.size(0), groups, -1])
                    c = torch.sub(g, torch.mean(g, [2], True))
                    n = torch.mul(c, torch.rsqrt(torch.add(torch.mean(torch.mul(c, c), [2], True), eps)))
                    n = torch.reshape(n, x.size())
                    return torch.add(torch.mul(n, torch.reshape(w, [1, -1, 1, 1])), torch.reshape(b, [1, -1, 1, 1]))""");

    private static final OperatorForm MIXED_GROUP_NORM =
            new OperatorForm(
                    "fused",
                    "return torch.group_norm(x, groups, torch.to(w, x.dtype), torch.to(b, x.dtype), eps)");

    private static final OperatorForm GROUP_NORM_IN_FLOAT32 =
            new OperatorForm(
                    "computed in fp32",
                    "return torch.to(__torch__.form_group_norm(torch.to(x, 6), groups, torch.to(w, 6), torch.to(b, 6), eps), x.dtype)");

    private static final OperatorForm LAYER_NORM =
            new OperatorForm("fused", "return torch.layer_norm(x, [x.size(-1)], w, b, eps)");

    private static final OperatorForm COMPOSED_LAYER_NORM =
            new OperatorForm(
                    "composed",
                    """
                    c = torch.sub(x, torch.mean(x, [-1], True))
                    n = torch.mul(c, torch.rsqrt(torch.add(torch.mean(torch.mul(c, c), [-1], True), eps)))
                    return torch.add(torch.mul(n, w), b)""");

    private static final OperatorForm MIXED_LAYER_NORM =
            new OperatorForm(
                    "fused",
                    "return torch.layer_norm(x, [x.size(-1)], torch.to(w, x.dtype), torch.to(b, x.dtype), eps)");

    private static final OperatorForm LAYER_NORM_IN_FLOAT32 =
            new OperatorForm(
                    "computed in fp32",
                    "return torch.to(__torch__.form_layer_norm(torch.to(x, 6), torch.to(w, 6), torch.to(b, 6), eps), x.dtype)");

    private final Map<Operator, List<OperatorForm>> forms;

    private OperatorForms(Map<Operator, List<OperatorForm>> forms) {
        this.forms = forms;
    }

    /** Returns the forms in the order in which a processor prefers them. */
    public static OperatorForms of(Processor processor) {
        boolean native16 = processor.multipliesBfloat16();
        Map<Operator, List<OperatorForm>> forms = new EnumMap<>(Operator.class);
        forms.put(Operator.CONVOLUTION, List.of(PLAIN_CONVOLUTION, CHANNELS_LAST, IM2COL));
        // Never plain: on some machines oneDNN leaves garbage in the lanes that it pads with.
        forms.put(Operator.CONVOLUTION_PADDED, List.of(CHANNELS_LAST, PADDED, IM2COL));
        forms.put(
                Operator.CONVOLUTION_BFLOAT16,
                ordered(native16, BFLOAT16_CONVOLUTION, CONVOLUTION_IN_FLOAT32));
        // With AVX-512 oneDNN's convolutions multiply at twice the rate of MKL on AMD; with AVX2
        // they
        // are no faster forward, take twice a product's time on the way back, and leave their
        // output
        // in a memory format that the next convolution has to change.
        List<OperatorForm> linear =
                processor.flags().contains("avx512f")
                        ? List.of(AS_CONVOLUTION, PRODUCT)
                        : List.of(PRODUCT, AS_CONVOLUTION);
        forms.put(Operator.LINEAR, linear);
        forms.put(Operator.LINEAR_TRAINED, linear);
        forms.put(Operator.LINEAR_BFLOAT16, ordered(native16, BFLOAT16_PRODUCT, LINEAR_IN_FLOAT32));
        forms.put(Operator.ATTENTION, List.of(FUSED_ATTENTION, COMPOSED_ATTENTION));
        forms.put(
                Operator.ATTENTION_BFLOAT16,
                ordered(native16, BFLOAT16_ATTENTION, ATTENTION_IN_FLOAT32));
        forms.put(Operator.GROUP_NORM, List.of(GROUP_NORM, COMPOSED_GROUP_NORM));
        forms.put(Operator.GROUP_NORM_BFLOAT16, List.of(MIXED_GROUP_NORM, GROUP_NORM_IN_FLOAT32));
        forms.put(Operator.LAYER_NORM, List.of(LAYER_NORM, COMPOSED_LAYER_NORM));
        forms.put(Operator.LAYER_NORM_BFLOAT16, List.of(MIXED_LAYER_NORM, LAYER_NORM_IN_FLOAT32));
        forms.put(
                Operator.SILU,
                List.of(
                        new OperatorForm("fused", "return torch.silu(x)"),
                        new OperatorForm("composed", "return torch.mul(x, torch.sigmoid(x))")));
        forms.put(
                Operator.GELU,
                List.of(
                        new OperatorForm("fused", "return torch.gelu(x)"),
                        new OperatorForm(
                                "composed",
                                "return torch.mul(torch.mul(x, 0.5), torch.add(torch.erf(torch.mul(x, 0.7071067811865476)), 1))")));
        forms.put(
                Operator.UPSAMPLE,
                List.of(
                        new OperatorForm(
                                "nearest",
                                "return torch.upsample_nearest2d(x, [2 * x.size(2), 2 * x.size(3)])")));
        forms.put(
                Operator.SQUARED_ERROR,
                List.of(new OperatorForm("fused", "return torch.mse_loss(x, y, 1)")));
        forms.put(Operator.ADAMW, List.of(OptimizerCheck.FUSED));
        return new OperatorForms(forms);
    }

    private static List<OperatorForm> ordered(
            boolean native16, OperatorForm own, OperatorForm inFloat32) {
        return native16 ? List.of(own, inFloat32) : List.of(inFloat32, own);
    }

    /** Returns these forms with others for one operator. */
    OperatorForms with(Operator operator, List<OperatorForm> others) {
        Map<Operator, List<OperatorForm>> changed = new EnumMap<>(forms);
        changed.put(operator, List.copyOf(others));
        return new OperatorForms(changed);
    }

    /**
     * Returns these forms with some that compute wrong numbers.
     *
     * @param faults as {@link CheckedOperators#FAULT} tells; none where it is empty
     * @throws IllegalArgumentException if there is no such operator
     */
    OperatorForms withFaults(String faults) {
        OperatorForms changed = this;
        for (String fault : faults.split(",")) {
            if (!fault.isBlank()) {
                String[] words = fault.strip().split(":");
                Operator operator = Operator.valueOf(words[0]);
                List<OperatorForm> wrong = new ArrayList<>(of(operator));
                int count = words.length > 1 && words[1].equals("all") ? wrong.size() : 1;
                for (int i = 0; i < count; i++) {
                    wrong.set(i, wrong.get(i).wrong());
                }
                changed = changed.with(operator, wrong);
            }
        }
        return changed;
    }

    /** The forms of an operator, the preferred one first. */
    public List<OperatorForm> of(Operator operator) {
        return forms.get(operator);
    }

    /**
     * Returns the source of all forms, by which reports on them are told from reports on others.
     */
    String source() {
        return forms.values().stream()
                .flatMap(Collection::stream)
                .map(OperatorForm::toString)
                .collect(Collectors.joining("\n"));
    }
}
