package io.laptopdiff.gateway.rest;

import io.laptopdiff.gateway.runs.GatewayConfig;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** How much of a request is read. */
@Singleton
class RequestLimits {
    /**
     * The characters of an address that are read: what RFC 9110, 4.1 asks every server to take, and
     * room for 50 variants to compare.
     */
    static final int URI_CHARACTERS = 8000;

    /**
     * The characters of headers that are read, as Quarkus has it, which only says so by a bare
     * answer.
     */
    static final int HEADER_CHARACTERS = 20_480;

    private final long bodyBytes;

    RequestLimits(GatewayConfig config) {
        bodyBytes = config.maxRequestSize().asLongValue();
    }

    long bodyBytes() {
        return bodyBytes;
    }

    /**
     * The whole body of a request that may not have said how long it is.
     *
     * @throws RequestTooLargeException if it is longer than any run needs
     */
    byte[] read(InputStream body) {
        try {
            byte[] read = body.readNBytes(Math.toIntExact(bodyBytes) + 1);
            if (read.length > bodyBytes) {
                throw new RequestTooLargeException(bodyBytes);
            }
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException("the request broke off", e);
        }
    }
}
