package io.laptopdiff.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.junit.jupiter.api.Test;

/** The committed document is what the records say; {@code -Dasyncapi.write=true} writes it anew. */
class AsyncApiTest {
    private static final Path FILE = Path.of("../../../docs/asyncapi.json");

    @Test
    void shouldDescribeTheMessagesAsTheyAre() throws IOException {
        String document = Json.writePretty(AsyncApi.document(Samples.ALL));
        if (Boolean.getBoolean("asyncapi.write")) {
            Files.writeString(FILE, document);
        }
        assertThat(Files.readString(FILE))
                .as(
                        "mvn -pl services/libs/contracts test -Dtest=AsyncApiTest -Dasyncapi.write=true")
                .isEqualTo(document);
    }

    @Test
    void shouldDescribeEveryMessage() {
        JsonNode messages = AsyncApi.document(Samples.ALL).at("/components/messages");
        MessageJson.TYPES.forEach(type -> assertThat(messages.has(type.getSimpleName())).isTrue());
    }

    /** Deleting takes the files, too, and so is the gateway's. */
    @Test
    void shouldAskForNoDeletionOverKafka() {
        JsonNode document = AsyncApi.document(Samples.ALL);
        assertThat(document.at("/operations/askAndCancel/messages").findValuesAsText("$ref"))
                .containsExactly(
                        "#/channels/laptopdiff.runs/messages/RunRequested",
                        "#/channels/laptopdiff.runs/messages/RunCancelRequested")
                .allSatisfy(
                        ref -> assertThat(document.at(ref.substring(1)).isMissingNode()).isFalse());
    }

    /** Every field that a sample writes is described, and what is required is there. */
    @Test
    void shouldFitTheSamples() {
        JsonNode document = AsyncApi.document(Samples.ALL);
        for (Message sample : Samples.ALL) {
            String name = sample.getClass().getSimpleName();
            fit(
                    MessageJson.tree(sample),
                    document.at("/components/messages/" + name + "/payload"),
                    document,
                    name);
        }
    }

    private static void fit(JsonNode value, JsonNode schema, JsonNode document, String where) {
        JsonNode known = schema.has("allOf") ? schema.path("allOf").path(0) : schema;
        if (known.has("$ref")) {
            known = document.at(known.path("$ref").asText().substring(1));
        }
        JsonNode properties = known.path("properties");
        known.path("required").forEach(field -> assertThat(value.has(field.asText())).isTrue());
        for (Iterator<String> names = value.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            JsonNode property =
                    properties.isMissingNode()
                            ? known.path("additionalProperties")
                            : properties.path(name);
            assertThat(property.isMissingNode()).as(where + "." + name).isFalse();
            fit(value.get(name), property, document, where + "." + name);
        }
        if (value.isArray()) {
            for (JsonNode item : value) {
                fit(item, known.path("items"), document, where + "[]");
            }
        }
    }
}
