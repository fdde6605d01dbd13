package io.laptopdiff.diffusion.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * How allocated memory goes on growing, told from what merely comes and goes.
 *
 * <p>Compilers, collectors and the idle threads of other tests take some ten megabytes at some
 * moment and keep them for a while, so two looks prove nothing. A leak grows alike between any two
 * looks: the median of the slopes from each look to the next has it, and has nothing else.
 */
public final class MemoryTrend {

    private record Look(int step, long bytes) {}

    private final List<Look> looks = new ArrayList<>();
    private final LongSupplier allocated;

    public MemoryTrend() {
        this(AllocatedMemory::bytes);
    }

    MemoryTrend(LongSupplier allocated) {
        this.allocated = allocated;
    }

    /** Notes the allocated memory after some step. Steps must ascend. */
    public void look(int step) {
        looks.add(new Look(step, allocated.getAsLong()));
    }

    /** Bytes by which the memory grows in so many steps. */
    public double bytesIn(int steps) {
        double[] slopes = IntStream.range(1, looks.size()).mapToDouble(this::slope).toArray();
        Arrays.sort(slopes);
        return steps * slopes[slopes.length / 2];
    }

    private double slope(int to) {
        Look before = looks.get(to - 1);
        Look now = looks.get(to);
        return (double) (now.bytes() - before.bytes()) / (now.step() - before.step());
    }

    /** All looks, for messages. */
    @Override
    public String toString() {
        return looks.toString();
    }
}
