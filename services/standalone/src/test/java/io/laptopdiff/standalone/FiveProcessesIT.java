package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.status.RunState;
import io.laptopdiff.contracts.status.VariantStatus;
import io.laptopdiff.embeddedkafka.EmbeddedKafka;
import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.quickstart.QuickstartMaterial;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The services as processes of their own around one broker, three of them in two copies, with the
 * shipped model.
 */
class FiveProcessesIT {

    @TempDir Path directory;

    private ServiceProcesses services;
    private EmbeddedKafka broker;

    @AfterEach
    void stop() throws InterruptedException {
        if (services != null) {
            services.close();
        }
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void shouldCompleteARunInSeparateProcesses() throws Exception {
        QuickstartMaterial material = QuickstartMaterial.below(directory.resolve("material"));
        broker = EmbeddedKafka.start(directory.resolve("kafka"), 0);
        services = new ServiceProcesses(directory, broker.bootstrapServers());
        URI gateway = services.start("gateway", "gateway");
        URI otherGateway = services.start("gateway", "gateway-2");
        services.start("pruning-planner", "pruning-planner");
        List<URI> workers =
                List.of(
                        services.start("layer-scoring", "layer-scoring-1"),
                        services.start("layer-scoring", "layer-scoring-2"),
                        services.start("distillation", "distillation-1"),
                        services.start("distillation", "distillation-2"),
                        services.start("evaluation", "evaluation"));
        workers.forEach(ServiceProcesses::awaitReady);
        ServiceProcesses.awaitReady(gateway);
        ServiceProcesses.awaitReady(otherGateway);

        String runId = new GatewayClient(gateway).create(request(material));
        GatewayClient client = new GatewayClient(otherGateway); // either answers for any run
        await().atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(
                        () ->
                                client.status(runId)
                                        .filter(status -> status.state().ended())
                                        .isPresent());

        RunStatus ended = client.status(runId).orElseThrow();
        assertThat(ended.failures()).isEmpty();
        assertThat(ended.state()).isInstanceOf(RunState.Finished.class);
        // what is told by other topics than the end may be read after it, and here before there
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () -> {
                            RunStatus status = client.status(runId).orElseThrow();
                            assertThat(status.variants())
                                    .allSatisfy(FiveProcessesIT::requireStudent);
                            assertThat(new GatewayClient(gateway).status(runId)).contains(status);
                        });
        assertThat(services.jobs("layer-scoring-1")).as("slices of the first copy").isPositive();
        assertThat(services.jobs("layer-scoring-2")).as("slices of the second copy").isPositive();
        requireThatEitherGoesOnWhereTheOtherStopped(gateway, otherGateway, runId);
        requireThatOneCancelsWhatTheOtherTookIn(gateway, otherGateway, material);
    }

    private static void requireStudent(VariantStatus variant) {
        assertThat(variant.student()).as("student of %s", variant.name()).isNotNull();
        assertThat(Path.of(URI.create(variant.student())).resolve("unet/config.json")).exists();
        assertThat(variant.studentMetrics().parameters())
                .isLessThan(variant.teacherMetrics().parameters());
    }

    private static void requireThatEitherGoesOnWhereTheOtherStopped(
            URI one, URI other, String runId) throws IOException, InterruptedException {
        List<Told> all = told(one, runId, "");
        assertThat(all).hasSizeGreaterThan(20).doesNotHaveDuplicates();
        for (int seen : new int[] {1, all.size() / 2, all.size() - 1}) {
            // two workers may write in the same millisecond, and then either may come first
            assertThat(told(other, runId, all.get(seen - 1).position()))
                    .extracting(Told::event)
                    .containsExactlyInAnyOrderElementsOf(
                            all.subList(seen, all.size()).stream().map(Told::event).toList());
        }
    }

    /** An event as it came, and where to go on after it. */
    private record Told(String position, String event) {}

    /** What is told up to the end of the stream, which comes, for the run has ended. */
    private static List<Told> told(URI gateway, String runId, String last)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(gateway.resolve("/api/v1/runs/" + runId + "/events"))
                        .header("Accept", "text/event-stream");
        if (!last.isEmpty()) {
            request.header("Last-Event-ID", last);
        }
        HttpResponse<String> response =
                HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
        Pattern event = Pattern.compile("^id: (.+)\ndata: (.+)$", Pattern.MULTILINE);
        return event.matcher(response.body())
                .results()
                .map(told -> new Told(told.group(1), told.group(2)))
                .toList();
    }

    private static void requireThatOneCancelsWhatTheOtherTookIn(
            URI one, URI other, QuickstartMaterial material)
            throws IOException, InterruptedException {
        GatewayClient first = new GatewayClient(one);
        GatewayClient second = new GatewayClient(other);
        String runId = first.create(request(material));
        await().atMost(Duration.ofMinutes(1)).until(() -> second.status(runId).isPresent());
        second.post("runs/" + runId + "/cancel");
        await().atMost(Duration.ofMinutes(2))
                .until(
                        () ->
                                first.status(runId)
                                        .filter(s -> s.state() instanceof RunState.Cancelled)
                                        .isPresent());
    }

    private static RunSpec request(QuickstartMaterial material) {
        return Json.of(
                RunSpec.class,
                Map.of(
                        "teacher", material.model().toString(),
                        "calibration",
                                Map.of(
                                        "dataset",
                                        material.training().toString(),
                                        "samples",
                                        16,
                                        "slices",
                                        16),
                        "variants",
                                List.of(
                                        Map.of("ratio", 0.3),
                                        Map.of("ratio", 0.5),
                                        Map.of("handcrafted", "bk-base")),
                        "distillation",
                                Map.of(
                                        "dataset", material.training().toString(),
                                        "steps", 4,
                                        "batchSize", 4,
                                        "checkpointEverySteps", 2),
                        "evaluation",
                                Map.of(
                                        "scorer",
                                        material.scorer().toString(),
                                        "dataset",
                                        material.heldOut().toString(),
                                        "prompts",
                                        16,
                                        "inferenceSteps",
                                        2)));
    }
}
