package io.laptopdiff.diffusion.engine;

import java.util.Locale;

/**
 * An operator of the models, as a function of TorchScript. What PyTorch computes in different ways
 * underneath counts as different operators: precisions, and convolutions by the widths that oneDNN
 * pads in its blocked layouts.
 */
public enum Operator {
    /** A FLOAT32 convolution of widths that oneDNN's blocks of 16 channels hold without padding. */
    CONVOLUTION("convolution of blocked widths", Precision.FLOAT32, Signatures.CONVOLUTION),
    /** A FLOAT32 convolution where one of the two widths is no multiple of 16. */
    CONVOLUTION_PADDED("convolution of other widths", Precision.FLOAT32, Signatures.CONVOLUTION),
    CONVOLUTION_BFLOAT16("convolution", Precision.BFLOAT16, Signatures.CONVOLUTION),
    LINEAR("linear layer", Precision.FLOAT32, Signatures.LINEAR),
    /**
     * A linear layer whose weights need gradients: what is quick forward may be slow on the way
     * back.
     */
    LINEAR_TRAINED("linear layer in training", Precision.FLOAT32, Signatures.LINEAR),
    LINEAR_BFLOAT16("linear layer", Precision.BFLOAT16, Signatures.LINEAR),
    ATTENTION("attention", Precision.FLOAT32, Signatures.ATTENTION),
    ATTENTION_BFLOAT16("attention", Precision.BFLOAT16, Signatures.ATTENTION),
    GROUP_NORM("group norm", Precision.FLOAT32, Signatures.GROUP_NORM),
    GROUP_NORM_BFLOAT16("group norm", Precision.BFLOAT16, Signatures.GROUP_NORM),
    LAYER_NORM("layer norm", Precision.FLOAT32, Signatures.LAYER_NORM),
    LAYER_NORM_BFLOAT16("layer norm", Precision.BFLOAT16, Signatures.LAYER_NORM),
    SILU("SiLU", Precision.FLOAT32, Signatures.ONE),
    GELU("GELU", Precision.FLOAT32, Signatures.ONE),
    UPSAMPLE("nearest upsampling", Precision.FLOAT32, Signatures.ONE),
    SQUARED_ERROR("mean squared error", Precision.FLOAT32, Signatures.TWO),
    ADAMW("AdamW step", Precision.FLOAT32, Signatures.ADAMW);

    /** The kind of the numbers, and how far from the truth an operator may be with them. */
    public enum Precision {
        /**
         * FLOAT32; the tolerance is 20 times what a right form was seen to be off in sums of some
         * thousand products.
         */
        FLOAT32("fp32", 2e-5),
        /** bfloat16: eight bits of mantissa, rounded on the way in, out and in between. */
        BFLOAT16("bf16", 2e-2);

        private final String text;
        private final double tolerance;

        Precision(String text, double tolerance) {
            this.text = text;
            this.tolerance = tolerance;
        }

        /** Returns the name that is shown to people. */
        public String text() {
            return text;
        }

        /** The largest length of the difference over the length of the truth. */
        public double tolerance() {
            return tolerance;
        }
    }

    private final String title;
    private final Precision precision;
    private final String signature;

    Operator(String title, Precision precision, String signature) {
        this.title = title;
        this.precision = precision;
        this.signature = signature;
    }

    /** Returns the name that is shown to people; unique together with the precision. */
    public String title() {
        return title;
    }

    public Precision precision() {
        return precision;
    }

    /** Returns the typed arguments of this operator's TorchScript function. */
    String signature() {
        return signature;
    }

    /** Returns the name of this operator's TorchScript function. */
    String function() {
        return "form_" + name().toLowerCase(Locale.ROOT);
    }

    /** Returns the source of this operator's TorchScript function in one form. */
    String definition(OperatorForm form) {
        return Definitions.of(function(), signature, form.body());
    }

    private static final class Signatures {
        static final String CONVOLUTION =
                "x: Tensor, w: Tensor, b: Optional[Tensor], stride: List[int], padding: List[int]";
        static final String LINEAR = "x: Tensor, w: Tensor, b: Optional[Tensor]";
        static final String ATTENTION = "q: Tensor, k: Tensor, v: Tensor, causal: bool";
        static final String GROUP_NORM = "x: Tensor, groups: int, w: Tensor, b: Tensor, eps: float";
        static final String LAYER_NORM = "x: Tensor, w: Tensor, b: Tensor, eps: float";
        static final String ONE = "x: Tensor";
        static final String TWO = "x: Tensor, y: Tensor";
        static final String ADAMW =
                "param: Tensor, grad: Tensor, first: Tensor, second: Tensor, steps: Tensor";
    }
}
