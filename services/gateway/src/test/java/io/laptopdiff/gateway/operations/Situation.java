package io.laptopdiff.gateway.operations;

import static org.awaitility.Awaitility.await;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.RunDeleted;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.gateway.Events;
import io.laptopdiff.gateway.SmallMachine;
import io.laptopdiff.messaging.EventPublisher;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * The runs that {@link Cases} speak of, each in a state of its own. Some are cancelled or deleted,
 * so whoever asks has runs of its own.
 *
 * @param owner begins their ids
 */
record Situation(String owner) {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    String requested() {
        return owner + "-requested";
    }

    String done() {
        return owner + "-done";
    }

    String failed() {
        return owner + "-failed";
    }

    String gone() {
        return owner + "-gone";
    }

    String toCancel() {
        return owner + "-to-cancel";
    }

    String toDelete() {
        return owner + "-to-delete";
    }

    void arrange(EventPublisher publisher, ArtifactStore store) throws IOException {
        publisher.publish(new Events(requested()).requested());
        publisher.publish(new Events(toCancel()).requested());
        new Events(done()).wholeLife().forEach(publisher::publish);
        Events doomed = new Events(toDelete());
        publisher.publish(doomed.requested());
        publisher.publish(doomed.failed(null, Stage.SCORING));
        publisher.publish(new Events(gone()).requested());
        publisher.publish(new RunDeleted(gone(), Instant.now()));
        Events failed = new Events(failed());
        publisher.publish(new RunRequested(failed(), Instant.now(), spec()));
        publisher.publish(failed.failed("half", Stage.DISTILLATION));
        publisher.publish(failed.failed(SmallMachine.TOO_LARGE, Stage.DISTILLATION));
        for (String name : new String[] {"additivity.json", "frontier.json", "report.html"}) {
            write(store, name, "{}");
        }
        write(store, "scores.json", "{\"units\": []}");
        write(store, "half/student/w.bin", "0123456789");
        Map.of(requested(), 200, toCancel(), 200, gone(), 410).forEach(Situation::awaitStatus);
        Map.of(done(), "FINISHED", toDelete(), "FAILED", failed(), "FAILED")
                .forEach(Situation::awaitState);
    }

    private static RunSpec spec() {
        String both =
                Cases.order()
                        .replace(
                                "{\"ratio\": 0.5, \"name\": \"half\"}",
                                "{\"ratio\": 0.5, \"name\": \"half\"}, {\"ratio\": 0.4, \"name\": \""
                                        + SmallMachine.TOO_LARGE
                                        + "\"}");
        return Json.read(both, RunSpec.class);
    }

    private void write(ArtifactStore store, String path, String text) throws IOException {
        Path file = store.run(done()).directory().resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void awaitStatus(String runId, int status) {
        await().atMost(PATIENCE)
                .until(() -> RestAssured.get("/api/v1/runs/" + runId).statusCode() == status);
    }

    private static void awaitState(String runId, String state) {
        await().atMost(PATIENCE)
                .until(() -> state.equals(RestAssured.get("/api/v1/runs/" + runId).path("state")));
    }
}
