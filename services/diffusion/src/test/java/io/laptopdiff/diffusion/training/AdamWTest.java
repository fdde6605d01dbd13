package io.laptopdiff.diffusion.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.testing.ResidentMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeping the optimizer's state takes. */
class AdamWTest {

    private static final int TENSORS = 16;
    private static final long ELEMENTS = 1L << 20;
    private static final long MOMENTS = 2 * TENSORS * ELEMENTS * Float.BYTES; // 134 MB

    @TempDir Path home;

    @Test
    void shouldKeepItsStateWithoutASecondCopyOfIt() throws IOException {
        try (NDManager manager = Devices.newCpuManager()) {
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            for (int i = 0; i < TENSORS; i++) {
                arrays.put("w" + i, manager.ones(new Shape(ELEMENTS)));
            }
            try (StateDict parameters = StateDict.of(arrays, manager);
                    AdamW optimizer = new AdamW(parameters, AdamW.Settings.DEFAULT, manager)) {
                write(optimizer); // what the first time takes for good, such as a buffer
                long before = ResidentMemory.nativeBytes();
                long peak = ResidentMemory.peakNativeBytes(() -> write(optimizer));
                assertThat(peak - before).isLessThan(MOMENTS / 4);
                assertThat(Files.size(home.resolve("optimizer.safetensors")))
                        .isBetween(MOMENTS, MOMENTS + 10_000);
            }
        }
    }

    private void write(AdamW optimizer) {
        try {
            optimizer.write(home, "optimizer");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
