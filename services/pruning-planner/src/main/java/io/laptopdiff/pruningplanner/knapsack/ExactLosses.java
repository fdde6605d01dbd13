package io.laptopdiff.pruningplanner.knapsack;

import java.math.BigInteger;
import java.util.List;

/**
 * Losses as whole numbers of 128 bits, so that sums of the same units are equal in whatever order
 * they are added, and ties are ties.
 *
 * <p>Nothing is rounded as long as the largest loss is less than about 10^18 times the smallest
 * that is not 0; smaller ones are rounded to the grid that the largest allows.
 */
final class ExactLosses {
    /** A sign bit less than a pair of longs, and one more for rounding up. */
    private static final int BITS = 126;

    /** The bits of a double's mantissa, the leading one aside. */
    private static final int MANTISSA_BITS = 52;

    private final int scale;

    private ExactLosses(int scale) {
        this.scale = scale;
    }

    /** The finest grid on which the sum of all losses fits. */
    static ExactLosses of(List<ScoredUnit> units) {
        double largest = units.stream().mapToDouble(ScoredUnit::loss).max().orElse(0);
        int bitsOfCount = Integer.SIZE - Integer.numberOfLeadingZeros(units.size());
        return new ExactLosses(BITS - bitsOfCount - (Math.getExponent(largest) + 1));
    }

    /** loss * 2^scale. */
    BigInteger of(double loss) {
        int exponent = MANTISSA_BITS - Math.getExponent(loss);
        BigInteger mantissa = BigInteger.valueOf((long) Math.scalb(loss, exponent));
        int shift = scale - exponent;
        if (shift >= 0) {
            return mantissa.shiftLeft(shift);
        }
        BigInteger half = BigInteger.ONE.shiftLeft(-shift - 1);
        return mantissa.add(half).shiftRight(-shift);
    }
}
