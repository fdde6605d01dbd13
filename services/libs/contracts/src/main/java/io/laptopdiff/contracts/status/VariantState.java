package io.laptopdiff.contracts.status;

/** The state of one variant; the order is that of its life. */
public enum VariantState {
    REQUESTED,
    PLANNED,
    DISTILLING,
    DISTILLED,
    EVALUATING,
    FINISHED,
    FAILED,
    CANCELLED;

    public boolean ended() {
        return this == FINISHED || this == FAILED || this == CANCELLED;
    }

    /** The later of the two; an ended state stays. */
    public VariantState advance(VariantState next) {
        return ended() || next.compareTo(this) < 0 ? this : next;
    }
}
