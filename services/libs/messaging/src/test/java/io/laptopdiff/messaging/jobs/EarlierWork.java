package io.laptopdiff.messaging.jobs;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.RunCancelRequested;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.TopicSettings;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.status.RunState;
import io.laptopdiff.contracts.status.VariantState;
import io.laptopdiff.contracts.status.VariantStatus;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.Plans;
import io.laptopdiff.messaging.testing.TopicLog;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A broker with the plans of a month, and a group of workers whose offsets it forgot. */
public final class EarlierWork implements QuarkusTestResourceLifecycleManager {
    static final String OPEN = "open";
    static final String TAKEN_UP = "taken-up";
    static final List<String> ENDED =
            List.of("finished", "distilled", "cancelled", "failed-variant", "failed-run");

    private final EmbeddedKafkaResource kafka = new EmbeddedKafkaResource();

    @Override
    public Map<String, String> start() {
        Map<String, String> settings = kafka.start();
        String servers = settings.get("kafka.bootstrap.servers");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.createTopics(Topics.all().stream().map(EarlierWork::topic).toList()).all().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        TopicLog log = new TopicLog(servers);
        // The last one is written last, on the same partition: it is reached after all others.
        ENDED.forEach(runId -> log.write("one partition", Plans.of(runId)));
        log.write("one partition", Plans.of(TAKEN_UP));
        log.write("one partition", Plans.of(OPEN));
        write(log, status("finished", new RunState.Finished(), VariantState.FINISHED));
        write(log, status("distilled", new RunState.Distilling(), VariantState.DISTILLING));
        write(log, status("distilled", new RunState.Evaluating(), VariantState.DISTILLED));
        write(log, status(TAKEN_UP, new RunState.Distilling(), VariantState.DISTILLING));
        write(log, new RunCancelRequested("cancelled", Instant.now()));
        write(log, failure("failed-variant", "half"));
        write(log, failure("failed-run", null));
        return settings;
    }

    private static NewTopic topic(TopicSettings settings) {
        return new NewTopic(settings.name(), settings.partitions(), (short) 1);
    }

    private static void write(TopicLog log, Message message) {
        log.write(message.key(), message);
    }

    private static StageFailed failure(String runId, String variant) {
        return new StageFailed(
                runId, Instant.now(), variant, Stage.DISTILLATION, "what", "where", "fix");
    }

    private static RunStatus status(String runId, RunState state, VariantState of) {
        VariantStatus fresh = VariantStatus.requested("half");
        VariantStatus variant =
                new VariantStatus(
                        "half",
                        of,
                        fresh.plan(),
                        1,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Map.of(),
                        Map.of(),
                        List.of(),
                        null);
        return new RunStatus(
                runId,
                Instant.now(),
                Instant.now(),
                Plans.of(runId).spec(),
                state,
                false,
                null,
                List.of(variant),
                List.of());
    }

    @Override
    public void stop() {
        kafka.stop();
    }
}
