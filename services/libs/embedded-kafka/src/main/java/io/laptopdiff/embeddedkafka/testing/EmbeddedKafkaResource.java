package io.laptopdiff.embeddedkafka.testing;

import io.laptopdiff.embeddedkafka.EmbeddedKafka;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A broker and an empty artifacts' root for one Quarkus test:
 * {@code @QuarkusTestResource(EmbeddedKafkaResource.class)}.
 */
public final class EmbeddedKafkaResource implements QuarkusTestResourceLifecycleManager {
    private Path directory;
    private EmbeddedKafka kafka;

    @Override
    public Map<String, String> start() {
        try {
            directory = Files.createTempDirectory("laptop-diff-test");
            kafka = EmbeddedKafka.start(directory.resolve("kafka"), 0);
            return Map.of(
                    "kafka.bootstrap.servers",
                    kafka.bootstrapServers(),
                    "laptopdiff.artifacts.root",
                    directory.resolve("artifacts").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        if (kafka == null) {
            return;
        }
        kafka.close();
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> all = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : all) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // A temporary directory that stays does no harm to the test's result.
            System.err.println("cannot delete " + directory + ": " + e.getMessage());
        }
    }
}
