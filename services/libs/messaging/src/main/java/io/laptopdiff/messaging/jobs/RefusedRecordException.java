package io.laptopdiff.messaging.jobs;

/**
 * A record asks for what cannot be, through a fault of its own that is none of its run. It is kept
 * aside among the dead letters with the reason, and nothing fails.
 */
public final class RefusedRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param reason what, where and how to fix it
     */
    public RefusedRecordException(String reason) {
        super(reason);
    }
}
