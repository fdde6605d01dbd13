package io.laptopdiff.gateway;

import static io.laptopdiff.gateway.Requests.RUNS;
import static io.laptopdiff.gateway.Requests.awaitState;
import static io.laptopdiff.gateway.Requests.named;
import static io.laptopdiff.gateway.Requests.order;
import static io.laptopdiff.gateway.Requests.post;
import static io.restassured.RestAssured.get;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.laptopdiff.contracts.Stage;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is taken in must fit into the messages that tell of it. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class LargeRunTest {
    private static final int MOST = 1000;

    @TempDir static Path material;

    @Inject EventPublisher publisher;

    @BeforeEach
    void awaitReadiness() {
        Requests.awaitReadiness();
    }

    private static String withVariants(String runId, int count) {
        String variants =
                IntStream.range(0, count)
                        .mapToObj(
                                i ->
                                        "{\"name\": \"%s-%d\", \"ratio\": 0.5}"
                                                .formatted("v".repeat(59), i))
                        .collect(Collectors.joining(", "));
        return named(runId, order(material, variants));
    }

    @Test
    void shouldFollowTheLargestRunThatIsTakenIn() {
        post(withVariants("large", MOST)).then().statusCode(202);
        publisher.publish(new Events("large").failed(null, Stage.SCORING));
        awaitState("large", "FAILED");
        get(RUNS + "/large").then().body("variants", hasSize(MOST));
    }

    @Test
    void shouldRefuseALargerOne() {
        post(withVariants("too-large", MOST + 1))
                .then()
                .statusCode(400)
                .body("field", equalTo("variants"))
                .body("detail", containsString("a run has at most " + MOST));
    }
}
