package io.laptopdiff.diffusion.fabrication;

import io.laptopdiff.diffusion.checkpoint.TensorType;
import java.nio.ByteBuffer;

/** Puts a number into a little-endian buffer as one element type, rounded to nearest even. */
@FunctionalInterface
interface ElementEncoding {

    void put(ByteBuffer buffer, float value);

    /**
     * @throws IllegalArgumentException if weights cannot be stored as that type
     */
    static ElementEncoding of(TensorType type) {
        return switch (type) {
            case F32 -> ByteBuffer::putFloat;
            case F16 -> (buffer, value) -> buffer.putShort(half(value));
            case BF16 -> (buffer, value) -> buffer.putShort(bfloat(value));
            default ->
                    throw new IllegalArgumentException(
                            "type " + type + ": weights are stored as F32, F16 or BF16");
        };
    }

    /** Rounds to IEEE 754 binary16; Java has no conversion before 20. */
    private static short half(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude >= 0x47800000) { // 65536 and above, infinity, NaN
            return (short) (sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00));
        }
        if (magnitude >= 0x38800000) { // 2^-14, the smallest normal half
            int rounded = magnitude + 0xfff + (magnitude >>> 13 & 1);
            return (short) (sign | (rounded - 0x38000000) >>> 13);
        }
        // Next to 0.5, a float's last bit is worth 2^-24, as is that of a subnormal half.
        float aligned = Float.intBitsToFloat(magnitude) + 0.5f;
        return (short) (sign | Float.floatToRawIntBits(aligned) - 0x3f000000);
    }

    private static short bfloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }
}
