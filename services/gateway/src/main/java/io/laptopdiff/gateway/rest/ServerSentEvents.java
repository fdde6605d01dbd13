package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.gateway.messaging.EventBatch;
import io.laptopdiff.gateway.messaging.PlacedEvent;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Writes batches as server-sent events, each batch as one piece. */
final class ServerSentEvents {
    private static final String STILL_HERE = ": still here\n\n";

    /** A browser keeps comments to itself; where events have names, this is one more of them. */
    private static final String HEARTBEAT = "event: heartbeat\ndata: {}\n\n";

    private ServerSentEvents() {}

    /**
     * @param name of every event; null for none
     * @param data of an event, one line
     */
    static Buffer of(EventBatch batch, String name, Function<PlacedEvent, String> data) {
        Buffer out = Buffer.buffer();
        for (PlacedEvent event : batch.events()) {
            out.appendBytes(event.written(e -> written(e, name, data.apply(e))));
        }
        if (batch.missed() == 0 && batch.after() != null) {
            // without data: a client that loses the line before the first event knows where it was
            out.appendString("id: ").appendString(batch.after()).appendString("\n\n");
        }
        if (batch.missed() > 0) {
            Map<String, Object> missed = new LinkedHashMap<>();
            missed.put("count", batch.missed());
            missed.put("after", batch.after());
            out.appendString("event: missed\ndata: ")
                    .appendString(Json.write(missed))
                    .appendString("\n\n");
        }
        if (batch.last()) {
            out.appendString("event: end\ndata: {}\n\n");
        }
        return out.length() > 0 ? out : Buffer.buffer(name == null ? STILL_HERE : HEARTBEAT);
    }

    private static byte[] written(PlacedEvent event, String name, String data) {
        String head = "id: " + event.position() + (name == null ? "" : "\nevent: " + name);
        return (head + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
    }
}
