package io.laptopdiff.diffusion.unet;

/** The numbers that layers compute with, as pieces of their TorchScript. */
enum Arithmetic {
    /** As the weights are: FLOAT32, or FLOAT64 in tests. */
    FULL {
        @Override
        String label() {
            return "";
        }

        @Override
        String in(String activation) {
            return activation;
        }

        @Override
        String image(String activation) {
            return activation;
        }

        @Override
        String out(String result) {
            return result;
        }

        @Override
        String imageOfTokens(String permuted) {
            return "torch.contiguous(" + permuted + ")";
        }

        @Override
        String linear(String x, String w, String b) {
            return String.format(AS_CONVOLUTION, x, w, b, FEW_TOKENS);
        }

        @Override
        String attention(int heads) {
            return "a = torch.scaled_dot_product_attention(q, k, v)\n";
        }
    },

    /**
     * bfloat16 inside of layers, FLOAT32 between them. Images are in the memory format
     * channels_last from the first convolution on, as oneDNN likes them, which also makes tokens
     * and images the same memory.
     */
    BFLOAT16 {
        @Override
        String label() {
            return "bfloat16 ";
        }

        @Override
        String in(String activation) {
            return "torch.to(" + activation + ", 15)";
        }

        @Override
        String image(String activation) {
            return "torch.contiguous(torch.to(" + activation + ", 15), memory_format=2)";
        }

        @Override
        String out(String result) {
            return "torch.to(" + result + ", 6)";
        }

        @Override
        String imageOfTokens(String permuted) {
            return permuted;
        }

        @Override
        String linear(String x, String w, String b) {
            return "torch.linear(" + x + ", " + w + ", " + b + ")";
        }

        /**
         * PyTorch's own has no fast bfloat16 products on every processor, so the softmax is taken
         * over as many queries at once as keep their weights in the cache.
         */
        @Override
        String attention(int heads) {
            return """
            z = torch.contiguous(torch.mul(q, torch.pow(q.size(3), -0.5)))
            k = torch.contiguous(torch.transpose(k, 2, 3))
            v = torch.contiguous(v)
            a = torch.empty_like(z)
            n = ops.prim.max(%s // k.size(3), 16)
            for i in range(z.size(0)):
              for j in range((z.size(2) + n - 1) // n):
                s = torch.matmul(torch.slice(torch.select(z, 0, i), 1, j * n, (j + 1) * n), torch.select(k, 0, i))
                o = torch.slice(torch.select(a, 0, i), 1, j * n, (j + 1) * n)
                o = torch.copy_(o, torch.matmul(torch.softmax(s, -1), torch.select(v, 0, i)))
            """
                    .formatted(CACHED / heads);
        }
    };

    /** Attention weights of all heads that are held at once: 8 MB of bfloat16. */
    private static final int CACHED = 4 << 20;

    /** Below so many rows of a matrix a convolution costs more than the product. */
    private static final int FEW_TOKENS = 256;

    /**
     * A linear layer as the 1x1 convolution of an image in channels_last: oneDNN's convolutions use
     * all of every processor, where MKL's products run at half the speed on some.
     */
    private static final String AS_CONVOLUTION =
            """
            (torch.reshape(torch.permute(torch.conv2d(
              torch.permute(torch.unsqueeze(%1$s, 2), [0, 3, 1, 2]),
              torch.reshape(%2$s, [%2$s.size(0), -1, 1, 1]), %3$s, [1, 1], [0, 0], [1, 1], 1),
              [0, 2, 3, 1]), [%1$s.size(0), %1$s.size(1), -1])
              if %1$s.size(0) * %1$s.size(1) >= %4$s else torch.linear(%1$s, %2$s, %3$s))"""
                    .replaceAll("\\n *", " ");

    /** For messages. */
    abstract String label();

    /** An argument in these numbers. */
    abstract String in(String activation);

    /** An argument in these numbers that is an image (B, C, H, W). */
    abstract String image(String activation);

    /** A result as it goes on to the next layer. */
    abstract String out(String result);

    /** The layout of an image (B, C, H, W) that is a permutation of (B, H, W, C). */
    abstract String imageOfTokens(String permuted);

    /**
     * A linear layer.
     *
     * @param x name of tokens (B, T, C), contiguous
     * @param w name of the weight (O, C)
     * @param b name of the bias, or None
     */
    abstract String linear(String x, String w, String b);

    /** Statements that leave the attention of q, k, v, each (B, heads, T, d), in {@code a}. */
    abstract String attention(int heads);
}
