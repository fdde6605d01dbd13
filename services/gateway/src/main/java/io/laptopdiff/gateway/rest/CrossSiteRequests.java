package io.laptopdiff.gateway.rest;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses what a page of another site has the browser of its reader ask for. Browsers let any page
 * send what has no body to any address, such as a gateway on the reader's own machine, and say only
 * in the headers who sends it. Other clients say nothing of the kind.
 */
class CrossSiteRequests {
    private static final Set<String> CHANGE_NOTHING = Set.of("GET", "HEAD", "OPTIONS");

    /**
     * The values of requests sent by the gateway's own pages, or by the reader without any page
     * (W3C Fetch Metadata).
     */
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    @ServerRequestFilter(preMatching = true)
    Optional<Response> refuse(ContainerRequestContext request, HttpServerRequest http) {
        if (CHANGE_NOTHING.contains(request.getMethod())) {
            return Optional.empty();
        }
        String site = request.getHeaderString("Sec-Fetch-Site");
        String origin = request.getHeaderString("Origin");
        boolean own =
                site != null
                        ? OWN.contains(site)
                        : origin == null || isOf(origin, http.authority());
        return own
                ? Optional.empty()
                : Optional.of(
                        Problem.of(
                                        "cross-site",
                                        "Cross-site request",
                                        403,
                                        "a page of another site"
                                                + (origin == null ? "" : ", '" + origin + "',")
                                                + " may change nothing here; use the dashboard, or"
                                                + " a client that sends neither Sec-Fetch-Site nor"
                                                + " Origin")
                                .response()
                                .build());
    }

    /**
     * Returns whether a page of that origin was served under that authority: the header Host's, or
     * what a proxy tells where quarkus.http.proxy lets it.
     */
    private static boolean isOf(String origin, HostAndPort authority) {
        try {
            URI page = new URI(origin);
            int usual = "https".equalsIgnoreCase(page.getScheme()) ? HTTPS_PORT : HTTP_PORT;
            return authority != null
                    && authority.host().equalsIgnoreCase(page.getHost())
                    && port(authority.port(), usual) == port(page.getPort(), usual);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static int port(int said, int usual) {
        return said < 0 ? usual : said;
    }
}
