package io.laptopdiff.shapes.dataset;

/**
 * Training and held-out captions are disjoint: one caption in ten, chosen by a hash of its text, is
 * never trained on.
 */
public enum Split {
    TRAINING,
    HELD_OUT;

    private static final int ONE_IN = 10;

    boolean owns(String caption) {
        long hash = 0;
        for (int i = 0; i < caption.length(); i++) {
            hash = RandomStream.mix(hash * 31 + caption.charAt(i));
        }
        return (Long.remainderUnsigned(hash, ONE_IN) == 0) == (this == HELD_OUT);
    }
}
