package io.laptopdiff.pruningplanner.budgets;

/** What the removal of units saves. */
public enum Resource {
    PARAMETERS("ratio"),
    /** Multiply-accumulates of one pass. */
    MACS("macsRatio"),
    /** Nanoseconds of one pass, as measured. */
    LATENCY("latencyRatio"),
    /** Bytes of memory. */
    MEMORY("memoryRatio");

    private final String field;

    Resource(String field) {
        this.field = field;
    }

    /** The field of a variant that asks for it. */
    public String field() {
        return field;
    }
}
