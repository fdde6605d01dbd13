package io.laptopdiff.gateway;

import static io.laptopdiff.gateway.Requests.RUNS;
import static io.laptopdiff.gateway.Requests.awaitState;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.EventPublisher;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that runs leave, to look at and to download. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
class RunFilesTest {

    @Inject EventPublisher publisher;
    @Inject ArtifactStore store;

    @BeforeEach
    void awaitReadiness() {
        Requests.awaitReadiness();
    }

    @Test
    void shouldGiveOutArtifactsWholeAndInRanges() throws IOException {
        publisher.publish(new Events("files").requested());
        awaitState("files", "REQUESTED");
        write("files", "half/student/unet/w.safetensors", "0123456789");
        write("files", "scores.json", SCORES);
        write("files", "half/.part-1/hidden.json", "{}");
        String files = RUNS + "/files/artifacts";
        get(files)
                .then()
                .body("artifacts.path", contains("half/student/unet/w.safetensors", "scores.json"))
                .body("artifacts[0].bytes", equalTo(10))
                .body("artifacts[1].mediaType", equalTo("application/json"));
        String weights = files + "/half/student/unet/w.safetensors";
        String tag =
                get(weights)
                        .then()
                        .statusCode(200)
                        .contentType("application/octet-stream")
                        .header("Accept-Ranges", "bytes")
                        .header("Content-Length", "10")
                        .extract()
                        .header("ETag");
        assertThat(get(weights).asByteArray())
                .isEqualTo("0123456789".getBytes(StandardCharsets.UTF_8));
        Response part = given().header("Range", "bytes=2-4").header("If-Range", tag).get(weights);
        part.then()
                .statusCode(206)
                .header("Content-Range", "bytes 2-4/10")
                .header("Content-Length", "3");
        assertThat(part.asByteArray()).isEqualTo("234".getBytes(StandardCharsets.UTF_8));
        given().header("Range", "bytes=2-4")
                .header("If-Range", "\"old\"")
                .get(weights)
                .then()
                .statusCode(200);
        given().header("Range", "bytes=10-")
                .get(weights)
                .then()
                .statusCode(416)
                .contentType("application/problem+json")
                .header("Content-Range", "bytes */10");
        given().header("If-None-Match", tag).get(weights).then().statusCode(304);
        given().head(weights).then().statusCode(200).header("Content-Length", "10");
        get(RUNS + "/files/scores").then().statusCode(200).body("units.size()", equalTo(3));
        get(RUNS + "/files/unet")
                .then()
                .body("units.place", contains("down", "mid", "up"))
                .body("units.resolution", contains(2, 2, 1));
        get(RUNS + "/files/additivity")
                .then()
                .statusCode(404)
                .body("detail", containsString("additivity.json"));
        get(RUNS + "/files/report")
                .then()
                .statusCode(200)
                .contentType("text/html")
                .header("Content-Security-Policy", containsString("sandbox"))
                .body(containsString("Run files"), containsString("requested, of /m"));
        get(RUNS + "/nonesuch/artifacts").then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..%2F..%2Fsecret",
                "half/..%2F..%2F..%2Fsecret",
                "half/.part-1/x",
                ".hidden",
                "%00",
                "half",
                "nothing.json"
            })
    void shouldNotLookOutsideOfTheRun(String path) throws IOException {
        publisher.publish(new Events("fenced").requested());
        awaitState("fenced", "REQUESTED");
        Files.writeString(Files.createDirectories(store.root()).resolve("secret"), "secret");
        write("fenced", "half/.part-1/x", "x");
        write("fenced", ".hidden", "x");
        given().urlEncodingEnabled(false)
                .get(RUNS + "/fenced/artifacts/" + path)
                .then()
                .statusCode(404)
                .contentType("application/problem+json");
    }

    @Test
    void shouldZipADirectory() throws IOException {
        publisher.publish(new Events("zipped").requested());
        awaitState("zipped", "REQUESTED");
        write("zipped", "half/student/unet/config.json", "{}");
        write("zipped", "half/student/w.bin", "weights");
        byte[] zip =
                get(RUNS + "/zipped/archive?under=half/student")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asByteArray();
        List<String> names = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        assertThat(names).containsExactly("student/unet/config.json", "student/w.bin");
        get(RUNS + "/zipped/archive?under=../..").then().statusCode(404);
        get(RUNS + "/zipped/archive?under=nothing").then().statusCode(404);
    }

    private static final String SCORES =
            """
            {"units": [{"unit": "down_blocks.1.resnets.0", "kind": "resnet", "parameters": 1},
                       {"unit": "mid_block.attentions.0", "kind": "transformer", "parameters": 2},
                       {"unit": "up_blocks.1.resnets.0", "kind": "resnet", "parameters": 3}]}
            """;

    private Path write(String runId, String path, String content) throws IOException {
        Path file = store.run(runId).directory().resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
