package io.laptopdiff.embeddedkafka;

import java.nio.file.Path;
import java.util.Properties;

/** How one node that is broker and controller at once is configured. */
final class BrokerSettings {
    static final int NODE_ID = 1;
    static final String CONTROLLER = "CONTROLLER";
    private static final String CLIENTS = "PLAINTEXT";
    private static final String HOST = "127.0.0.1";
    private static final int SIXTEEN_MIB = 16 * 1024 * 1024;

    private BrokerSettings() {}

    static Properties of(Path directory, int port, int controllerPort) {
        Properties settings = new Properties();
        listen(settings, port, controllerPort);
        settings.put("log.dirs", directory.toString());
        // A typo in a topic's name must not become a topic.
        settings.put("auto.create.topics.enable", "false");
        // Ten years: with the default of seven days, whoever comes back after holidays finds that
        // every group of workers has forgotten what it has done.
        settings.put("offsets.retention.minutes", "5256000");
        beAlone(settings);
        beQuick(settings);
        beSmall(settings);
        return settings;
    }

    static String bootstrapServers(int port) {
        return HOST + ":" + port;
    }

    private static void listen(Properties settings, int port, int controllerPort) {
        String clients = CLIENTS + "://" + bootstrapServers(port);
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "" + NODE_ID);
        settings.put(
                "listeners", clients + "," + CONTROLLER + "://" + bootstrapServers(controllerPort));
        settings.put("advertised.listeners", clients);
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("inter.broker.listener.name", CLIENTS);
        settings.put(
                "listener.security.protocol.map",
                CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        settings.put("controller.quorum.voters", NODE_ID + "@" + bootstrapServers(controllerPort));
    }

    /** The broker's own topics cannot have more copies than there are brokers. */
    private static void beAlone(Properties settings) {
        settings.put("default.replication.factor", "1");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
    }

    /** With the defaults, a restart after a kill takes 12 s and every new group waits 3 s. */
    private static void beQuick(Properties settings) {
        settings.put("broker.session.timeout.ms", "6000");
        settings.put("broker.heartbeat.interval.ms", "1000");
        // Without it, a start that goes wrong on a thread of Kafka's own would wait for ever.
        settings.put("server.max.startup.time.ms", "120000");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("group.min.session.timeout.ms", "1000");
    }

    private static void beSmall(Properties settings) {
        settings.put("offsets.topic.num.partitions", "3");
        settings.put("transaction.state.log.num.partitions", "3");
        settings.put("share.coordinator.state.topic.num.partitions", "1");
        settings.put("log.cleaner.dedupe.buffer.size", "2097152");
        settings.put("log.segment.bytes", "67108864");
        settings.put("log.index.size.max.bytes", "1048576");
        settings.put("message.max.bytes", "" + SIXTEEN_MIB);
        settings.put("replica.fetch.max.bytes", "" + SIXTEEN_MIB);
        settings.put("num.network.threads", "1");
        settings.put("num.io.threads", "2");
        settings.put("background.threads", "2");
        settings.put("num.recovery.threads.per.data.dir", "1");
    }
}
