package io.laptopdiff.embeddedkafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real Apache Kafka node in this process, reachable from this machine only. What it holds survives
 * a restart on the same directory.
 */
public final class EmbeddedKafka implements AutoCloseable {
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
            refuseTakenPort(wantedPort);
            format(home);
            int port = wantedPort == 0 ? freePort() : wantedPort;
            return start(home, port, freePort());
        } catch (IOException e) {
            throw new IllegalStateException(
                    "cannot start Kafka in " + directory + ": " + e.getMessage(), e);
        }
    }

    private static EmbeddedKafka start(Path directory, int port, int controllerPort) {
        try {
            KafkaConfig config =
                    KafkaConfig.fromProps(BrokerSettings.of(directory, port, controllerPort));
            KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
            server.startup();
            return new EmbeddedKafka(server, port);
        } catch (KafkaException e) {
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

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
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

    /** Kafka itself would notice only after half of it has started. */
    private static void refuseTakenPort(int port) throws IOException {
        if (port == 0) {
            return;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new IOException("port " + port + " is in use; name another, or 0 for a free one", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
