package io.laptopdiff.pruningplanner.messaging;

import static io.laptopdiff.pruningplanner.TinyScores.SLICES;
import static io.laptopdiff.pruningplanner.TinyScores.slice;
import static io.laptopdiff.pruningplanner.TinyScores.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.ScoringStarted;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.Topics;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.embeddedkafka.testing.EmbeddedKafkaResource;
import io.laptopdiff.messaging.testing.TopicLog;
import io.laptopdiff.pruningplanner.TinyScores;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One answer takes longer than a transaction may. */
@QuarkusTest
@QuarkusTestResource(EmbeddedKafkaResource.class)
@TestProfile(LongPlanningTest.ShortTransactions.class)
class LongPlanningTest {
    private static final int VARIANTS = 60;

    @TempDir private static Path home;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String servers;

    /** Two seconds, where Kafka's default is ten: the plans below take longer. */
    public static final class ShortTransactions implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("kafka-streams.producer.transaction.timeout.ms", "2000");
        }
    }

    /** A minimum asks CP-SAT, tens of milliseconds a plan. */
    private static RunSpec manyForTheSolver(TinyScores tiny) {
        List<Map<String, Object>> variants = new ArrayList<>();
        for (int variant = 0; variant < VARIANTS; variant++) {
            variants.add(
                    Map.of(
                            "name",
                            "v" + variant,
                            "ratio",
                            0.2 + 0.005 * variant,
                            "minimumUnits",
                            Map.of("mid_block", 1)));
        }
        return tiny.spec(variants);
    }

    private static void write(TopicLog log, String key, String runId, RunSpec spec) {
        log.write(key, started(runId, spec));
        for (int slice = 0; slice < SLICES; slice++) {
            log.write(key, slice(runId, slice));
        }
    }

    @Test
    void shouldPlanEachVariantOnceAndAnswerOthersMeanwhile() throws IOException {
        TopicLog log = new TopicLog(servers);
        TinyScores tiny = TinyScores.in(home);
        write(log, "same", "long", manyForTheSolver(tiny));
        write(log, "same", "quick", tiny.spec(List.of(Map.of("ratio", 0.95))));

        log.messages(Topics.FAILURES, "quick", StageFailed.class, 1);
        assertThat(log.messages(Topics.PLANS, "long", PlanCreated.class, 0)).isEmpty();

        log.messages(Topics.PLANS, "long", PlanCreated.class, VARIANTS);
        // What comes again would have come by the time that another run is planned.
        write(log, "same", "after", tiny.spec(List.of(Map.of("ratio", 0.5))));
        log.messages(Topics.PLANS, "after", PlanCreated.class, 1);
        assertThat(log.messages(Topics.PLANS, "long", PlanCreated.class, VARIANTS))
                .extracting(PlanCreated::variant)
                .hasSize(VARIANTS)
                .doesNotHaveDuplicates();
        assertThat(log.messages(Topics.SCORES, "long", ScoringStarted.class, 1)).hasSize(1);
    }
}
