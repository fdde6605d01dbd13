package io.laptopdiff.gateway.rest;

/** A request's body is longer than any run needs. */
final class RequestTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param limitBytes the most that is read
     */
    RequestTooLargeException(long limitBytes) {
        super(
                "the body has more than "
                        + limitBytes
                        + " bytes, which is more than a run needs; send less, or let the gateway"
                        + " take more by laptopdiff.gateway.max-request-size");
    }
}
