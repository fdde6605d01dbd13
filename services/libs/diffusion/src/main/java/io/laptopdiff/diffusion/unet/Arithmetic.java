package io.laptopdiff.diffusion.unet;

/** The numbers that layers compute with, as pieces of their TorchScript. */
enum Arithmetic {
    /** Numbers as the weights are: FLOAT32, or FLOAT64 in tests. */
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
        String out(String result) {
            return result;
        }

        @Override
        String imageOfTokens(String permuted) {
            return "torch.contiguous(" + permuted + ")";
        }
    },

    /**
     * Numbers that are bfloat16 inside of layers, FLOAT32 between them. Images are in the memory
     * format channels_last from the first convolution on, as oneDNN likes them, which also makes
     * tokens and images the same memory.
     */
    BFLOAT16 {
        @Override
        String label() {
            return "bfloat16 ";
        }

        @Override
        String in(String activation) {
            return "__torch__.low_precision(" + activation + ")";
        }

        @Override
        String out(String result) {
            return "torch.to(" + result + ", 6)";
        }

        @Override
        String imageOfTokens(String permuted) {
            return permuted;
        }
    };

    /** Returns the beginning of a function's name, for messages. */
    abstract String label();

    /** Returns the source of an argument in these numbers. */
    abstract String in(String activation);

    /** Returns the source of a result as it goes on to the next layer. */
    abstract String out(String result);

    /**
     * Returns the source that gives an image (B, C, H, W), a permutation of (B, H, W, C), its
     * layout.
     */
    abstract String imageOfTokens(String permuted);
}
