package io.laptopdiff.common;

/** A failure that says what is wrong, where, and how to fix it. */
public interface Explained {

    /** The finding, without a full stop. */
    String what();

    /** File, tensor, line, field or option. */
    String where();

    /** The way out. */
    String howToFix();
}
