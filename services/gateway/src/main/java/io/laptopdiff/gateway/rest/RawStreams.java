package io.laptopdiff.gateway.rest;

import io.laptopdiff.gateway.messaging.EventBatch;
import io.laptopdiff.gateway.messaging.PlacedEvent;
import io.smallrye.mutiny.Multi;
import io.vertx.core.buffer.Buffer;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestMulti;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Server-sent events written by batches. REST's own way writes each event by itself, and packs
 * whatever is said to be of their media type; so these say that they are bytes, and ask of no
 * client that it accepts bytes.
 */
class RawStreams {
    static final String BYTES = MediaType.APPLICATION_OCTET_STREAM;
    static final String SLOW =
            " A client that is too slow is told what it misses by an event named 'missed', with"
                    + " 'count' and the id 'after' which it missed them.";

    @ServerRequestFilter(preMatching = true)
    void accept(ContainerRequestContext request) {
        if (request.getUriInfo().getPath().endsWith("/events")) {
            request.getHeaders().putSingle(HttpHeaders.ACCEPT, MediaType.WILDCARD);
        }
    }

    static Optional<String> position(String lastEventId) {
        return Optional.ofNullable(lastEventId).filter(id -> !id.isBlank());
    }

    static Multi<Buffer> of(
            Multi<EventBatch> batches, String name, Function<PlacedEvent, String> data) {
        return RestMulti.fromMultiData(batches.map(batch -> ServerSentEvents.of(batch, name, data)))
                .header(HttpHeaders.CONTENT_TYPE, MediaType.SERVER_SENT_EVENTS)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header("X-Accel-Buffering", "no")
                .build();
    }
}
