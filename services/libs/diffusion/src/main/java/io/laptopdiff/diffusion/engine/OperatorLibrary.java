package io.laptopdiff.diffusion.engine;

import java.util.Map;

/**
 * The source of the functions that models call instead of PyTorch's own: {@code conv2d}, {@code
 * linear}, {@code attention}, {@code group_norm}, {@code layer_norm}, {@code silu}, {@code gelu}
 * and {@code low_precision}. Each takes the chosen form for the numbers, widths and device that it
 * is called with. On a GPU they are PyTorch's own: forms are chosen for processors.
 */
final class OperatorLibrary {

    /**
     * The functions that choose a precision. Weights decide: activations follow them, and a layer
     * is computed alike whether its pass is recorded or, under gradient checkpointing, not yet. 15
     * is bfloat16 in PyTorch's numbering, 6 FLOAT32.
     */
    private static final String DISPATCH =
            """
            def conv2d(x: Tensor,
                w: Tensor,
                b: Optional[Tensor],
                stride: List[int],
                padding: List[int]) -> Tensor:
              if w.is_cuda:
                y = torch.conv2d(torch.to(x, w.dtype), w, b, stride, padding, [1, 1], 1)
              elif w.dtype == 15:
                y = __torch__.form_convolution_bfloat16(x, w, b, stride, padding)
              else:
                y = __torch__.conv2d_full(x, w, b, stride, padding)
              return y
            def conv2d_full(x: Tensor,
                w: Tensor,
                b: Optional[Tensor],
                stride: List[int],
                padding: List[int]) -> Tensor:
              if w.size(0) % 16 == 0 and w.size(1) % 16 == 0:
                y = __torch__.form_convolution(x, w, b, stride, padding)
              else:
                y = __torch__.form_convolution_padded(x, w, b, stride, padding)
              return y
            def linear(x: Tensor,
                w: Tensor,
                b: Optional[Tensor]) -> Tensor:
              if w.is_cuda:
                y = torch.linear(torch.to(x, w.dtype), w, b)
              elif w.dtype == 15:
                y = __torch__.form_linear_bfloat16(x, w, b)
              elif w.requires_grad:
                y = __torch__.form_linear_trained(x, w, b)
              else:
                y = __torch__.form_linear(x, w, b)
              return y
            def attention(q: Tensor,
                k: Tensor,
                v: Tensor,
                causal: bool) -> Tensor:
              if q.is_cuda:
                a = torch.scaled_dot_product_attention(q, k, v, None, 0.0, causal)
              elif q.dtype == 15 and not causal:
                a = __torch__.form_attention_bfloat16(q, k, v, causal)
              else:
                a = __torch__.form_attention(q, k, v, causal)
              return a
            def group_norm(x: Tensor,
                groups: int,
                w: Tensor,
                b: Tensor,
                eps: float) -> Tensor:
              if x.is_cuda:
                y = torch.group_norm(x, groups, torch.to(w, x.dtype), torch.to(b, x.dtype), eps)
              elif w.dtype == 15:
                y = __torch__.form_group_norm_bfloat16(x, groups, w, b, eps)
              else:
                y = __torch__.form_group_norm(x, groups, w, b, eps)
              return y
            def layer_norm(x: Tensor,
                w: Tensor,
                b: Tensor,
                eps: float) -> Tensor:
              if x.is_cuda:
                y = torch.layer_norm(x, [x.size(-1)], torch.to(w, x.dtype), torch.to(b, x.dtype), eps)
              elif w.dtype == 15:
                y = __torch__.form_layer_norm_bfloat16(x, w, b, eps)
              else:
                y = __torch__.form_layer_norm(x, w, b, eps)
              return y
            def silu(x: Tensor) -> Tensor:
              if x.is_cuda:
                y = torch.silu(x)
              else:
                y = __torch__.form_silu(x)
              return y
            def gelu(x: Tensor) -> Tensor:
              if x.is_cuda:
                y = torch.gelu(x)
              else:
                y = __torch__.form_gelu(x)
              return y
            """;

    private OperatorLibrary() {}

    /**
     * @param chosen a form of every operator
     * @return functions of TorchScript
     */
    static String source(Map<Operator, OperatorForm> chosen) {
        StringBuilder source = new StringBuilder(DISPATCH);
        source.append(
                Definitions.of(
                        "low_precision",
                        "x: Tensor",
                        roundsActivations(chosen)
                                ? "return torch.to(x, 15)"
                                : """
                                  if x.is_cuda:
                                    y = torch.to(x, 15)
                                  else:
                                    y = x
                                  return y"""));
        chosen.forEach((operator, form) -> source.append(operator.definition(form)));
        return source.toString();
    }

    /**
     * Returns whether activations are rounded to bfloat16: where products are taken in FLOAT32
     * anyway, that only costs time and digits.
     */
    private static boolean roundsActivations(Map<Operator, OperatorForm> chosen) {
        return chosen.get(Operator.CONVOLUTION_BFLOAT16).equals(OperatorForms.BFLOAT16_CONVOLUTION)
                && chosen.get(Operator.LINEAR_BFLOAT16).equals(OperatorForms.BFLOAT16_PRODUCT);
    }
}
