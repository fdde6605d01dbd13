package io.laptopdiff.gateway.rest;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;

/** Refuses what never comes to a resource in the way that resources do: with problem details. */
@Singleton
class EarlyRefusals {
    /**
     * The most bytes of a body that is too large that are read and thrown away: most clients look
     * at the answer only after they have sent everything.
     */
    private static final long MOST_THROWN_AWAY = 64L << 20;

    private final RequestLimits limits;

    EarlyRefusals(RequestLimits limits) {
        this.limits = limits;
    }

    /**
     * Sets up the first route of all: later routes decode the path, and refuse large bodies without
     * a word.
     */
    void setUp(@Observes Router router) {
        router.route()
                .order(Integer.MIN_VALUE)
                .handler(this::look)
                .failureHandler(EarlyRefusals::failed);
    }

    private void look(RoutingContext context) {
        HttpServerRequest request = context.request();
        Optional<String> wrong = wrong(request.uri());
        if (request.uri().length() > RequestLimits.URI_CHARACTERS) {
            refuse(
                    context,
                    Problem.of(
                            "uri-too-long",
                            "URI too long",
                            414,
                            "the URI has "
                                    + request.uri().length()
                                    + " characters; at most "
                                    + RequestLimits.URI_CHARACTERS
                                    + " are allowed"));
        } else if (wrong.isPresent()) {
            refuse(context, malformed(wrong.get()));
        } else if (characters(request) > RequestLimits.HEADER_CHARACTERS) {
            refuse(
                    context,
                    Problem.of(
                            "headers-too-large",
                            "Header fields too large",
                            431,
                            "the header fields have "
                                    + characters(request)
                                    + " characters; at most "
                                    + RequestLimits.HEADER_CHARACTERS
                                    + " are allowed"));
        } else if (length(request) > limits.bodyBytes()) {
            throwAway(request);
            refuse(context, Problem.of(new RequestTooLargeException(limits.bodyBytes())));
        } else {
            context.next();
        }
    }

    /** Returns the length of a body; HTTP itself sees to it that the header is a number. */
    private static long length(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }

    private static int characters(HttpServerRequest request) {
        int characters = 0;
        for (Map.Entry<String, String> header : request.headers()) {
            characters += header.getKey().length() + header.getValue().length();
        }
        return characters;
    }

    private static void throwAway(HttpServerRequest request) {
        request.handler(
                part -> {
                    if (request.bytesRead() > MOST_THROWN_AWAY) {
                        request.connection().close();
                    }
                });
        request.resume();
    }

    /** Answers what Vert.x refuses by itself, such as a request without the header Host. */
    private static void failed(RoutingContext context) {
        if (context.statusCode() == 400 && context.failure() != null) {
            refuse(context, malformed(context.failure().getMessage()));
        } else {
            context.next();
        }
    }

    private static Optional<String> wrong(String uri) {
        try {
            new URI(uri);
            return Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.of(
                    e.getReason()
                            + " at character "
                            + (e.getIndex() + 1)
                            + " of '"
                            + uri
                            + "'; write what is no letter, digit or one of -._~ as % and two"
                            + " hexadecimal digits");
        }
    }

    private static Problem malformed(String why) {
        return Problem.of("malformed-request", "Malformed request", 400, why);
    }

    private static void refuse(RoutingContext context, Problem problem) {
        context.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .end(problem.json());
    }
}
