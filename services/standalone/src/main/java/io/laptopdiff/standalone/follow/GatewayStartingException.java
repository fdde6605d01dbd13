package io.laptopdiff.standalone.follow;

import java.io.IOException;

/** The gateway is there, but does not serve yet; asking again helps. */
public final class GatewayStartingException extends IOException {

    private static final long serialVersionUID = 1L;

    GatewayStartingException(String reason) {
        super(reason);
    }
}
