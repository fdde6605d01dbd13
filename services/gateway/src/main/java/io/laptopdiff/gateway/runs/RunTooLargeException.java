package io.laptopdiff.gateway.runs;

/** Kafka takes no event as large as what was asked for; nothing came of it. */
public final class RunTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param topic that would not take it
     * @param cause with sizes
     */
    RunTooLargeException(String topic, Throwable cause) {
        super(
                "the request is larger than what Kafka's topic '"
                        + topic
                        + "' takes: "
                        + cause.getMessage()
                        + " Ask for fewer variants, or raise the topic's max.message.bytes",
                cause);
    }
}
