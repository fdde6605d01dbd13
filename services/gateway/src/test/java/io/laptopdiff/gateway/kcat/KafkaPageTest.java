package io.laptopdiff.gateway.kcat;

import static io.laptopdiff.gateway.Requests.awaitState;
import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.gateway.Events;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pastes what docs/kafka.md says into a shell. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
@Timeout(300)
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
        return block("```sh name=" + name + "\n(.*?)```", runId);
    }

    /** The last one of a section. */
    private static String lastExample(String heading, String runId) throws IOException {
        return block("\n## " + heading + "\n(?:(?!\n## ).)*```sh\n(.*?)```", runId);
    }

    private static String block(String pattern, String runId) throws IOException {
        Matcher block = Pattern.compile(pattern, Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertThat(block.find()).as("example '%s' of %s", pattern, PAGE).isTrue();
        return block.group(1).replace("my-run", runId);
    }

    @Test
    void shouldAskFollowAndReact() throws Exception {
        try (Shell reaction = new Shell(example("react", "by-kcat"), broker)) {
            assertThat(Shell.output(example("ask", "by-kcat"), broker)).isEmpty();
            awaitState("by-kcat", "REQUESTED");
            get("/api/v1/runs/by-kcat")
                    .then()
                    .body("spec.teacher", org.hamcrest.Matchers.equalTo("/models/sd15"));
            assertThat(Shell.output(example("follow", "by-kcat"), broker))
                    .startsWith("by-kcat {")
                    .contains("\"state\":\"REQUESTED\"");
            assertThat(reaction.isAlive()).isTrue();
            new Events("by-kcat").evaluation("ratio-0.5").forEach(publisher::publish);
            assertThat(reaction.awaitLine()).isEqualTo("by-kcat is done");
        }
    }

    @Test
    void shouldShowTheStepsOfARunAsTheyCome() throws Exception {
        Events strange = new Events("another-by-kcat");
        Events followed = new Events("steps-by-kcat");
        String steps = lastExample("Follow it", "steps-by-kcat");
        try (Shell shell = new Shell(steps, broker)) {
            int[] step = {0};
            // nothing tells when kcat has found the end of the topic, after which it shows all
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                publisher.publish(strange.progressed("half", 1, ++step[0]));
                                publisher.publish(followed.progressed("half", 1, step[0]));
                                return shell.printed().contains("\n");
                            });
            assertThat(shell.isAlive()).isTrue();
            assertThat(shell.printed().lines())
                    .allMatch(line -> line.startsWith("{\"type\":\"DistillationProgressed\""))
                    .allMatch(line -> line.contains("\"runId\":\"steps-by-kcat\""));
        }
    }

    @Test
    void shouldStopARun() throws Exception {
        publisher.publish(new Events("stopped-by-kcat").requested());
        awaitState("stopped-by-kcat", "REQUESTED");
        assertThat(Shell.output(example("cancel", "stopped-by-kcat"), broker)).isEmpty();
        awaitState("stopped-by-kcat", "CANCELLED");
        try (Shell reaction = new Shell(example("react", "stopped-by-kcat"), broker)) {
            assertThat(reaction.awaitLine()).isEqualTo("stopped-by-kcat was cancelled");
        }
    }
}
