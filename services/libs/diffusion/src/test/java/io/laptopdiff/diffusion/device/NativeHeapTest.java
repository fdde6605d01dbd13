package io.laptopdiff.diffusion.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NativeHeapTest {

    @Test
    void shouldEmptyTheCacheOfGpusWhereThereAreAny() {
        AtomicInteger emptied = new AtomicInteger();
        NativeHeap.trim(0, emptied::incrementAndGet);
        assertThat(emptied).hasValue(0);
        NativeHeap.trim(2, emptied::incrementAndGet);
        assertThat(emptied).as("of all of them at once").hasValue(1);
    }

    /** The call is in PyTorch's library for the CPU, too. */
    @Test
    void shouldDoNoHarmOnTheCpu() {
        assertThatCode(NativeHeap::trim).doesNotThrowAnyException();
        assertThatCode(JniUtils::emptyCudaCache).doesNotThrowAnyException();
    }
}
