package io.laptopdiff.gateway.kcat;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.gateway.Events;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pastes what docs/kafka.md says into a shell. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class KafkaPageTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path PAGE = Path.of("../../docs/kafka.md");

    @Inject EventPublisher publisher;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String broker;

    @BeforeAll
    static void findKcat() throws Exception {
        Kcat.require();
    }

    /** Each with a run of its own: an id is taken for good. */
    private static String example(String name, String runId) throws IOException {
        Matcher block =
                Pattern.compile("```sh name=" + name + "\n(.*?)```", Pattern.DOTALL)
                        .matcher(Files.readString(PAGE));
        assertThat(block.find()).as("example '%s' of %s", name, PAGE).isTrue();
        return block.group(1).replace("my-run", runId);
    }

    @Test
    void shouldAskFollowAndReact() throws Exception {
        Process reaction = Kcat.shell(example("react", "by-kcat"), broker);
        try {
            assertThat(Kcat.output(example("ask", "by-kcat"), broker)).isEmpty();
            await().atMost(PATIENCE).until(() -> get("/api/v1/runs/by-kcat").statusCode() == 200);
            get("/api/v1/runs/by-kcat")
                    .then()
                    .body("spec.teacher", org.hamcrest.Matchers.equalTo("/models/sd15"));
            assertThat(Kcat.output(example("follow", "by-kcat"), broker))
                    .startsWith("by-kcat {")
                    .contains("\"state\":\"REQUESTED\"");
            assertThat(reaction.isAlive()).isTrue();
            new Events("by-kcat").evaluation("ratio-0.5").forEach(publisher::publish);
            assertThat(line(reaction)).isEqualTo("by-kcat is done");
        } finally {
            reaction.destroyForcibly();
        }
    }

    @Test
    void shouldStopARun() throws Exception {
        publisher.publish(new Events("stopped-by-kcat").requested());
        await().atMost(PATIENCE)
                .until(() -> get("/api/v1/runs/stopped-by-kcat").statusCode() == 200);
        Kcat.output(example("cancel", "stopped-by-kcat"), broker);
        await().atMost(PATIENCE)
                .until(() -> "CANCELLED".equals(get("/api/v1/runs/stopped-by-kcat").path("state")));
        Process reaction = Kcat.shell(example("react", "stopped-by-kcat"), broker);
        try {
            assertThat(line(reaction)).isEqualTo("stopped-by-kcat was cancelled");
        } finally {
            reaction.destroyForcibly();
        }
    }

    private static String line(Process process) throws IOException {
        return new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                .readLine();
    }
}
