package io.laptopdiff.gateway;

import static io.restassured.RestAssured.get;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class DoctorTest {

    /** Its natives are not even in this application, so that an attempt would be a finding. */
    @Test
    void shouldTellOfItsMachineAndLoadNoEngine() {
        get("/api/v1/doctor")
                .then()
                .statusCode(200)
                .body("processor.processors", greaterThan(0))
                .body("memory.totalBytes", notNullValue())
                .body("directories.use", hasItems("artifacts", "folds"))
                .body("engine", nullValue())
                .body("withoutEngine", containsString("/q/health/ready"))
                .body("findings.where", everyItem(not(containsString("engine"))));
    }
}
