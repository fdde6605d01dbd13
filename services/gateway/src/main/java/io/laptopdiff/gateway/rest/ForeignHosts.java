package io.laptopdiff.gateway.rest;

import io.laptopdiff.gateway.runs.GatewayConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses requests to other hosts than the gateway's own, where these are configured. A page of
 * another site can have its host's name lead to this machine once the browser has loaded it (DNS
 * rebinding); for the browser, it then asks its own site. Only the header Host tells.
 */
class ForeignHosts {
    private static final int MISDIRECTED_REQUEST = 421; // RFC 9110, section 15.5.20

    private final Optional<List<String>> hosts;

    ForeignHosts(GatewayConfig config) {
        this.hosts = config.hosts();
    }

    @ServerRequestFilter(preMatching = true)
    Optional<Response> refuse(HttpServerRequest http) {
        HostAndPort asked = http.authority();
        if (hosts.isEmpty() || (asked != null && isOwn(asked.host()))) {
            return Optional.empty();
        }
        return Optional.of(
                Problem.of(
                                "foreign-host",
                                "Foreign host",
                                MISDIRECTED_REQUEST,
                                "this gateway answers for "
                                        + String.join(", ", hosts.get())
                                        + (asked == null ? "" : ", not for '" + asked.host() + "'")
                                        + "; add a name that leads here to"
                                        + " laptopdiff.gateway.hosts")
                        .response()
                        .build());
    }

    private boolean isOwn(String host) {
        return hosts.orElseThrow().stream().anyMatch(host::equalsIgnoreCase);
    }
}
