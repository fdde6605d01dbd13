package io.laptopdiff.messaging.streams;

import io.laptopdiff.contracts.json.Json;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** The state of a fold as JSON, for any record of the contracts' kind. */
public final class RecordSerde {
    private RecordSerde() {}

    public static <T extends Record> Serde<T> of(Class<T> type) {
        return Serdes.serdeFrom(
                (topic, value) ->
                        value == null ? null : Json.write(value).getBytes(StandardCharsets.UTF_8),
                (topic, bytes) -> bytes == null ? null : Json.read(bytes, type));
    }
}
