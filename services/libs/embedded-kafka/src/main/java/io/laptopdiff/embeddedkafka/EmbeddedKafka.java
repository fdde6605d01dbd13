package io.laptopdiff.embeddedkafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real Apache Kafka node in this process, reachable from this machine only. What it holds
 * survives a restart on the same directory.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EmbeddedKafka.class.getName());
    private static final int ATTEMPTS = 3;

    /** A healthy node takes two seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedKafka(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Starts a node and returns when it takes clients.
     *
     * @param directory keeps the log; made and formatted when it is new
     * @param wantedPort for clients; 0 takes a free one
     * @throws IllegalStateException if the port or the directory is in use
     */
    public static EmbeddedKafka start(Path directory, int wantedPort) {
        try {
            Path home = directory.toAbsolutePath();
            Files.createDirectories(home);
            Ports.refuseTaken(wantedPort);
            format(home);
            return start(home, wantedPort, ATTEMPTS);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "cannot start Kafka in " + directory + ": " + e.getMessage(), e);
        }
    }

    private static EmbeddedKafka start(Path directory, int wantedPort, int attempts)
            throws IOException {
        int port = wantedPort == 0 ? Ports.free() : wantedPort;
        try {
            return new EmbeddedKafka(
                    BrokerStart.start(BrokerSettings.of(directory, port, Ports.free())), port);
        } catch (RuntimeException e) {
            // Between the look for a free port and its use, someone else may have taken it.
            if (attempts > 1 && hasCause(e, BindException.class)) {
                return start(directory, wantedPort, attempts - 1);
            }
            throw new IllegalStateException(
                    "cannot start Kafka in "
                            + directory
                            + " on port "
                            + port
                            + ": "
                            + e.getMessage()
                            + "; end the other process that uses this directory, or name another"
                            + " directory",
                    e);
        }
    }

    private static boolean hasCause(Throwable thrown, Class<? extends Throwable> type) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** Makes those that are missing; the others stay as they are. */
    public void createTopics(Collection<NewTopic> topics) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            Set<String> there = admin.listTopics().names().get();
            admin.createTopics(topics.stream().filter(t -> !there.contains(t.name())).toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot create topics: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating topics", e);
        }
    }

    public int port() {
        return port;
    }

    public String bootstrapServers() {
        return BrokerSettings.bootstrapServers(port);
    }

    /**
     * Ends the node. Kafka lets a broker wait for five minutes until a controller approves of its
     * end, and there is none to do so where the only controller has trouble of its own. This one
     * waits for a few seconds, and then leaves the node as it is: what was acknowledged is on the
     * disk, and the next start on the directory looks through the log as after a crash.
     */
    @Override
    public void close() {
        Thread closing =
                new Thread(
                        () -> {
                            server.shutdown();
                            server.awaitShutdown();
                        },
                        "kafka-shutdown");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closing.isAlive()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the embedded Kafka node has not ended after {0} s and is left; at its next"
                            + " start it recovers its log",
                    PATIENCE.toSeconds());
        }
    }

    private static void format(Path directory) throws IOException {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(BrokerSettings.NODE_ID)
                    .setControllerListenerName(BrokerSettings.CONTROLLER)
                    .setMetadataLogDirectory(directory.toString())
                    .addDirectory(directory.toString())
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setIgnoreFormatted(true)
                    .run();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot format it: " + e.getMessage(), e);
        }
    }
}
