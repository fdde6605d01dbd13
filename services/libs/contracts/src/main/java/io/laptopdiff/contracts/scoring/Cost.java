package io.laptopdiff.contracts.scoring;

import io.laptopdiff.contracts.json.Require;

/**
 * What one call of the U-Net, or a unit's part of it, costs at batch 1.
 *
 * @param macs multiply-accumulates
 * @param seconds measured on the device that scored; noise can make a small unit's part negative
 * @param bytes of memory
 */
public record Cost(long macs, double seconds, long bytes) {
    public Cost {
        Require.atLeast("macs", macs, 0L);
        Require.finite("seconds", seconds);
        Require.atLeast("bytes", bytes, 0L);
    }
}
