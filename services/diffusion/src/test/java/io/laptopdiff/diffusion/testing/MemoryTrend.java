package io.laptopdiff.diffusion.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How resident memory goes on growing, told from what merely comes and goes.
 *
 * <p>Compilers, collectors and the idle threads of other tests take and give back some ten
 * megabytes at any time, so two looks prove nothing. A leak grows between any two looks: the median
 * of the slopes of all pairs (Theil and Sen's estimate) keeps it and drops the rest.
 */
public final class MemoryTrend {

    private record Look(int step, long bytes) {}

    private final List<Look> looks = new ArrayList<>();
    private final LongSupplier resident;

    public MemoryTrend() {
        this(ResidentMemory::nativeBytes);
    }

    MemoryTrend(LongSupplier resident) {
        this.resident = resident;
    }

    /** Notes the native memory after some step. Steps must ascend. */
    public void look(int step) {
        looks.add(new Look(step, resident.getAsLong()));
    }

    /** Bytes by which the memory grows in so many steps. */
    public double bytesIn(int steps) {
        double[] slopes =
                IntStream.range(0, looks.size()).boxed().flatMapToDouble(this::slopes).toArray();
        return steps
                * DoubleStream.of(slopes)
                        .sorted()
                        .skip(slopes.length / 2)
                        .findFirst()
                        .orElseThrow();
    }

    private DoubleStream slopes(int from) {
        Look first = looks.get(from);
        return looks.stream()
                .skip(from + 1L)
                .mapToDouble(l -> (double) (l.bytes() - first.bytes()) / (l.step() - first.step()));
    }
}
