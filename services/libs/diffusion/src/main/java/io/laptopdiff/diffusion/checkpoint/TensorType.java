package io.laptopdiff.diffusion.checkpoint;

import ai.djl.ndarray.types.DataType;

/** The element types of safetensors that this project reads, with the DJL type that holds them. */
public enum TensorType {
    F32(4, DataType.FLOAT32),
    F16(2, DataType.FLOAT16),
    /** bfloat16, which DJL's PyTorch engine cannot hold: such a tensor is widened as it is read. */
    BF16(2, DataType.FLOAT32),
    F64(8, DataType.FLOAT64),
    I64(8, DataType.INT64),
    I32(4, DataType.INT32),
    U8(1, DataType.UINT8);

    private final int bytes;
    private final DataType carrier;

    TensorType(int bytes, DataType carrier) {
        this.bytes = bytes;
        this.carrier = carrier;
    }

    /** Returns the number of bytes of one element. */
    public int bytes() {
        return bytes;
    }

    DataType carrier() {
        return carrier;
    }
}
