package io.laptopdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the times add up; how near they come to whole runs is for the benchmark to say. */
class LayerTimesTest {

    @TempDir Path home;
    private UNetLayout layout;

    @BeforeEach
    void writeTeacher() throws IOException {
        TinyTeacher.write(home, 1);
        layout = UNetLayout.of(UNetConfig.read(home.resolve("unet")));
    }

    private LayerTimes measure(LayerTimes.Work work, Integer... batches) {
        return measure(work, System::nanoTime, batches);
    }

    private LayerTimes measure(LayerTimes.Work work, LongSupplier clock, Integer... batches) {
        try (NDManager manager = Devices.newCpuManager()) {
            return LayerTimes.measure(layout, 8, 8, 7, List.of(batches), work, manager, clock);
        }
    }

    /** A millisecond passes between two looks, whatever the machine does meanwhile. */
    private static LongSupplier alike() {
        AtomicLong looks = new AtomicLong();
        return () -> looks.incrementAndGet() * 1_000_000;
    }

    /** From look to look a little more passes, so that nothing takes the same time again. */
    private static LongSupplier slower() {
        AtomicLong looks = new AtomicLong();
        return () -> 1000 * looks.incrementAndGet() * looks.get();
    }

    private static long computing(List<Layer> layers) {
        return layers.stream()
                .filter(l -> !(l instanceof Layer.PushSkip || l instanceof Layer.StageEnd))
                .count();
    }

    @ParameterizedTest
    @EnumSource(LayerTimes.Work.class)
    void shouldMeasureEveryKindOfWork(LayerTimes.Work work) {
        LayerTimes times = measure(work, 1);
        double whole = times.pass(1, Set.of());
        assertThat(whole).isPositive();
        assertThat(times.pass(3, Set.of())).isCloseTo(3 * whole, within(1e-9));
        String unit = "mid_block.attentions.0.transformer_blocks.0";
        assertThat(times.pass(1, Set.of(unit))).isLessThan(whole);
    }

    /** One at a time, a sweep is a pass and what comes from each unit's first layer on. */
    @Test
    void shouldAddUpASweep() {
        LayerTimes times = measure(LayerTimes.Work.FP32, alike(), 1);
        List<Set<String>> sets = layout.units().stream().map(u -> Set.of(u.path())).toList();
        double whole = times.pass(1, Set.of());
        assertThat(whole).isCloseTo(1e-3 * computing(layout.layers()), within(1e-9));
        double sweep = times.sweep(1, 1, sets);
        assertThat(sweep).isBetween(whole, 39 * whole);
        // Times that grow with the rows alone gain nothing from batches.
        assertThat(times.sweep(1, 4, sets)).isCloseTo(sweep, within(1e-9 * sweep));
        assertThat(times.sweep(2, 1, sets)).isCloseTo(2 * sweep, within(1e-9 * sweep));
        String last = "up_blocks.3.resnets.2";
        List<String> paths = layout.layers().stream().map(Layer::path).toList();
        List<Layer> after = layout.layers().subList(paths.indexOf(last) + 1, paths.size());
        assertThat(times.sweep(1, 1, List.of(Set.of(last))) - whole)
                .isCloseTo(1e-3 * computing(after), within(1e-9));
    }

    @Test
    void shouldInterpolateBetweenBatches() {
        LayerTimes times = measure(LayerTimes.Work.FP32, 1, 3);
        double middle = (times.pass(1, Set.of()) + times.pass(3, Set.of())) / 2;
        assertThat(times.pass(2, Set.of())).isCloseTo(middle, within(1e-9));
    }

    /** Its layers are the teacher's, less some; no clock is asked again for those. */
    @Test
    void shouldTakeStudentsFromTheTeachersLayers() {
        LayerTimes times = measure(LayerTimes.Work.FP32, slower(), 1);
        UNetLayout handcrafted = HandcraftedUNet.BK_TINY.layout(layout.config());
        Set<String> removed = Set.of("down_blocks.0.resnets.1", "up_blocks.3.resnets.0");
        try (NDManager manager = Devices.newCpuManager()) {
            assertThat(times.of(layout.without(removed), manager).pass(1, Set.of()))
                    .isCloseTo(times.pass(1, removed), within(1e-12));
            LayerTimes student = times.of(handcrafted, manager);
            assertThat(student.pass(1, Set.of())).isLessThan(times.pass(1, Set.of()));
            assertThat(times.of(handcrafted, manager).pass(1, Set.of()))
                    .as("measured once")
                    .isEqualTo(student.pass(1, Set.of()));
        }
    }
}
