package io.laptopdiff.gateway;

import static io.laptopdiff.gateway.Requests.RUNS;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page whose host's name was led to this machine asks for its own host. */
@QuarkusTest
@TestProfile(ForeignHostsTest.OwnNames.class)
@QuarkusTestResource(EmbeddedKafkaResource.class)
class ForeignHostsTest {

    /** The names that the one process of a laptop has. */
    public static final class OwnNames implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("laptopdiff.gateway.hosts", "localhost,127.0.0.1,[::1]");
        }
    }

    @BeforeEach
    void awaitReadiness() {
        Requests.awaitReadiness();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rebound.example:8080", "rebound.example", "localhost.example"})
    void shouldAnswerForNoOtherName(String host) {
        given().header("Host", host)
                .get(RUNS)
                .then()
                .statusCode(421)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:laptopdiff:problem:foreign-host"))
                .body("detail", containsString("laptopdiff.gateway.hosts"));
        given().header("Host", host).delete(RUNS + "/nobody").then().statusCode(421);
    }

    @Test
    void shouldAnswerForItsOwnNames() {
        for (String host : new String[] {"localhost:8080", "LOCALHOST", "127.0.0.1:1", "[::1]:8"}) {
            given().header("Host", host).get(RUNS).then().statusCode(200);
        }
    }
}
