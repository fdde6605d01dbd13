package io.laptopdiff.standalone.follow;

/**
 * One event of a stream.
 *
 * @param id place in the log to go on from; empty where the stream has named none so far
 * @param name empty for none
 * @param data its lines, joined
 */
public record ServerSentEvent(String id, String name, String data) {

    /**
     * Returns whether some were dropped, because this reader was too slow; the data says after
     * which.
     */
    public boolean missed() {
        return name.equals("missed");
    }

    /** The last one; the stream is closed after it. */
    public boolean ends() {
        return name.equals("end");
    }
}
