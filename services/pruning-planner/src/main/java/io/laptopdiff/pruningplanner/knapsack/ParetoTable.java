package io.laptopdiff.pruningplanner.knapsack;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Sets of units, one per number of freed parameters, that no other set dominates: none frees as
 * many and costs less. Sorted by freed parameters; the losses never fall along it. Immutable.
 *
 * <p>This is the knapsack's dynamic programming table without the entries that cannot be part of a
 * best set (Nemhauser and Ullmann, Management Science 15, 1969). Of two sets that free and cost the
 * same, the one stays whose first unit that the other lacks comes earlier.
 */
final class ParetoTable {
    private static final int PARAMETERS = 0;
    private static final int LOSS_HIGH = 1;
    private static final int LOSS_LOW = 2;
    private static final int UNITS = 3;

    private final int width;
    private final int size;

    /**
     * (size, width): freed parameters, the loss as two longs, the units as a bit set whose first
     * unit is the highest bit of the first long.
     */
    private final long[] entries;

    private ParetoTable(int width, int size, long[] entries) {
        this.width = width;
        this.size = size;
        this.entries = entries;
    }

    /** Returns the table of the empty set only, out of so many units. */
    static ParetoTable ofNothing(int units) {
        int width = UNITS + (units + Long.SIZE - 1) / Long.SIZE;
        return new ParetoTable(width, 1, new long[width]);
    }

    /** Returns the table with one more unit. */
    ParetoTable withUnit(int unit, long parameters, BigInteger loss) {
        long[] entry = new long[width];
        entry[PARAMETERS] = parameters;
        entry[LOSS_HIGH] = loss.shiftRight(Long.SIZE).longValue();
        entry[LOSS_LOW] = loss.longValue();
        entry[UNITS + unit / Long.SIZE] = Long.MIN_VALUE >>> (unit % Long.SIZE);
        return merge(shifted(entry, 0));
    }

    /** Returns the table with more parameters freed by the last set, which is that of all units. */
    ParetoTable withBonus(long parameters) {
        long[] more = entries.clone();
        more[(size - 1) * width + PARAMETERS] += parameters;
        return new ParetoTable(width, size, more);
    }

    /** Returns every union of a set from here with one from there; the two know different units. */
    ParetoTable times(ParetoTable other) {
        ParetoTable unions = this;
        for (int j = 1; j < other.size; j++) {
            unions = unions.merge(shifted(other.entries, j));
        }
        return unions;
    }

    /** Returns the table with each set united with one entry. */
    private ParetoTable shifted(long[] others, int index) {
        long[] sums = new long[size * width];
        int by = index * width;
        for (int at = 0; at < sums.length; at += width) {
            sums[at + PARAMETERS] =
                    Math.addExact(entries[at + PARAMETERS], others[by + PARAMETERS]);
            long low = entries[at + LOSS_LOW] + others[by + LOSS_LOW];
            int carry = Long.compareUnsigned(low, entries[at + LOSS_LOW]) < 0 ? 1 : 0;
            sums[at + LOSS_HIGH] = entries[at + LOSS_HIGH] + others[by + LOSS_HIGH] + carry;
            sums[at + LOSS_LOW] = low;
            for (int w = UNITS; w < width; w++) {
                sums[at + w] = entries[at + w] | others[by + w];
            }
        }
        return new ParetoTable(width, size, sums);
    }

    /** The sets of both that are not dominated, found from the most freed parameters downwards. */
    private ParetoTable merge(ParetoTable other) {
        long[] merged = new long[(size + other.size) * width];
        int top = merged.length;
        int i = (size - 1) * width;
        int j = (other.size - 1) * width;
        while (i >= 0 || j >= 0) {
            int order = i < 0 ? -1 : j < 0 ? 1 : compare(entries, i, other.entries, j);
            boolean tie = i >= 0 && j >= 0 && entries[i] == other.entries[j];
            long[] source = order >= 0 ? entries : other.entries;
            int from = order >= 0 ? i : j;
            if (top == merged.length || compareLoss(source, from, merged, top) <= 0) {
                top -= width;
                System.arraycopy(source, from, merged, top, width);
            }
            i -= order >= 0 || tie ? width : 0;
            j -= order < 0 || tie ? width : 0;
        }
        long[] kept = Arrays.copyOfRange(merged, top, merged.length);
        return new ParetoTable(width, kept.length / width, kept);
    }

    /**
     * Compares two entries: above 0 if a comes first on the way downwards: more parameters, less
     * loss, earlier units.
     */
    private int compare(long[] a, int i, long[] b, int j) {
        int order = Long.compare(a[i + PARAMETERS], b[j + PARAMETERS]);
        if (order == 0) {
            order = compareLoss(b, j, a, i);
        }
        for (int w = UNITS; order == 0 && w < width; w++) {
            order = Long.compareUnsigned(a[i + w], b[j + w]);
        }
        return order;
    }

    private static int compareLoss(long[] a, int i, long[] b, int j) {
        int order = Long.compare(a[i + LOSS_HIGH], b[j + LOSS_HIGH]);
        return order != 0 ? order : Long.compareUnsigned(a[i + LOSS_LOW], b[j + LOSS_LOW]);
    }

    int size() {
        return size;
    }

    long parameters(int index) {
        return entries[index * width + PARAMETERS];
    }

    /** The units in their order. */
    void forEachUnit(int index, IntConsumer action) {
        forEachUnit(entries, index * width, width, action);
    }

    /**
     * The cheapest union of a set from here and one from there that frees at least so many; the two
     * know different units. Ties break as everywhere. A walk along both tables, so that the unions
     * need never be written down.
     *
     * @return one union as a table of its own, or empty if no union is enough
     */
    Optional<ParetoTable> cheapestUnion(ParetoTable other, long parameters) {
        ParetoTable best = null;
        int j = other.size;
        for (int i = 0; i < size; i++) {
            long missing = parameters - parameters(i);
            while (j > 0 && other.parameters(j - 1) >= missing) {
                j--;
            }
            if (j < other.size) {
                ParetoTable union = at(i).shifted(other.entries, j);
                if (best == null || union.isBetterThan(best)) {
                    best = union;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    private ParetoTable at(int index) {
        return new ParetoTable(
                width, 1, Arrays.copyOfRange(entries, index * width, (index + 1) * width));
    }

    /**
     * Returns whether this is the better of two tables of one set each: less loss, then fewer
     * parameters, then earlier units.
     */
    private boolean isBetterThan(ParetoTable other) {
        int order = compareLoss(entries, 0, other.entries, 0);
        if (order == 0) {
            order = Long.compare(entries[PARAMETERS], other.entries[PARAMETERS]);
        }
        for (int w = UNITS; order == 0 && w < width; w++) {
            order = Long.compareUnsigned(other.entries[w], entries[w]);
        }
        return order < 0;
    }

    private static void forEachUnit(long[] entries, int at, int width, IntConsumer action) {
        for (int w = UNITS; w < width; w++) {
            long bits = entries[at + w];
            while (bits != 0) {
                int bit = Long.numberOfLeadingZeros(bits);
                action.accept((w - UNITS) * Long.SIZE + bit);
                bits &= ~(Long.MIN_VALUE >>> bit);
            }
        }
    }
}
