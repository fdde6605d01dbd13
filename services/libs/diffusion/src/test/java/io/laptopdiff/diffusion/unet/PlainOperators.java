package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;

/** A U-Net's operators as compositions of plain NDArray calls. */
final class PlainOperators {

    private PlainOperators() {}

    static NDArray conv(NDArray x, NDArray weight, NDArray bias, int stride) {
        long pad = weight.getShape().get(2) / 2;
        return Conv2d.conv2d(
                        x,
                        weight,
                        bias,
                        new Shape(stride, stride),
                        new Shape(pad, pad),
                        new Shape(1, 1),
                        1)
                .singletonOrThrow();
    }

    static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
        return NDArrays.add(x.matMul(weight.transpose()), bias);
    }

    static NDArray silu(NDArray x) {
        return x.mul(Activation.sigmoid(x));
    }

    static NDArray groupNorm(NDArray x, int groups, NDArray weight, NDArray bias, double eps) {
        Shape s = x.getShape();
        NDArray g = x.reshape(s.get(0), groups, -1); // (B, groups, C / groups * H * W)
        NDArray centred = g.sub(g.mean(new int[] {2}, true));
        NDArray n =
                centred.div(centred.square().mean(new int[] {2}, true).add(eps).sqrt()).reshape(s);
        return n.mul(weight.reshape(1, s.get(1), 1, 1)).add(bias.reshape(1, s.get(1), 1, 1));
    }

    static NDArray layerNorm(NDArray x, NDArray weight, NDArray bias) {
        NDArray centred = x.sub(x.mean(new int[] {2}, true));
        return centred.div(centred.square().mean(new int[] {2}, true).add(1e-5).sqrt())
                .mul(weight)
                .add(bias);
    }

    static NDArray attention(NDArray x, NDArray s, NDArray wq, NDArray wk, NDArray wv, int heads) {
        NDArray q = split(x.matMul(wq.transpose()), heads);
        NDArray k = split(s.matMul(wk.transpose()), heads);
        NDArray v = split(s.matMul(wv.transpose()), heads);
        long d = q.getShape().get(3);
        NDArray a =
                q.matMul(k.transpose(0, 1, 3, 2))
                        .div(Math.sqrt(d))
                        .softmax(3)
                        .matMul(v); // (B, heads, T, d)
        return a.transpose(0, 2, 1, 3).reshape(x.getShape());
    }

    private static NDArray split(NDArray x, int heads) {
        Shape s = x.getShape();
        return x.reshape(s.get(0), s.get(1), heads, -1).transpose(0, 2, 1, 3); // (B, heads, T, d)
    }
}
