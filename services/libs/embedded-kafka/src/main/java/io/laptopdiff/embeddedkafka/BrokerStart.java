package io.laptopdiff.embeddedkafka;

import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;

/** Starts a node without putting the whole process at stake. */
final class BrokerStart {
    private BrokerStart() {}

    /**
     * Kafka halts the process when it cannot start, because a port is taken for instance. Without
     * the halt, it shuts down what it has started and throws. Once started, it may halt again.
     */
    static synchronized KafkaRaftServer start(Properties settings) {
        Exit.setHaltProcedure((status, message) -> {});
        Exit.setExitProcedure((status, message) -> {});
        try {
            KafkaRaftServer server =
                    new KafkaRaftServer(KafkaConfig.fromProps(settings), Time.SYSTEM);
            startOrShutDown(server);
            return server;
        } finally {
            Exit.resetHaltProcedure();
            Exit.resetExitProcedure();
        }
    }

    private static void startOrShutDown(KafkaRaftServer server) {
        try {
            server.startup();
        } catch (RuntimeException e) {
            try {
                server.shutdown();
            } catch (RuntimeException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }
}
