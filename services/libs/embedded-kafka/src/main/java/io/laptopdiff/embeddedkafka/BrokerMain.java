package io.laptopdiff.embeddedkafka;

import java.nio.file.Path;

/** A broker in a process of its own: {@code BrokerMain DIRECTORY PORT}. */
public final class BrokerMain {
    private BrokerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 2 || !arguments[1].matches("\\d{1,5}")) {
            System.err.println("usage: BrokerMain DIRECTORY PORT (0 takes a free port)");
            System.exit(2);
        }
        EmbeddedKafka kafka =
                EmbeddedKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "broker-shutdown"));
        System.out.println("KAFKA_BOOTSTRAP_SERVERS=" + kafka.bootstrapServers());
        Thread.currentThread().join();
    }
}
