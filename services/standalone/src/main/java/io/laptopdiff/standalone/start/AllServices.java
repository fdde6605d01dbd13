package io.laptopdiff.standalone.start;

import io.laptopdiff.embeddedkafka.EmbeddedKafka;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/** The broker and every service in this process, open while some work is done. */
public final class AllServices {

    private static final Logger LOG = Logger.getLogger(AllServices.class);
    private static final AtomicReference<EmbeddedKafka> BROKER = new AtomicReference<>();
    private static final AtomicReference<Opened> OPENED = new AtomicReference<>();

    /** A terminated process is gone after 20 s, whatever its services wait for. */
    private static final long CLOSING_MILLIS = 18_000;

    /** The exit code of a process that was terminated: 128, and the signal's number. */
    private static final int TERMINATED = 143;

    private static final AtomicInteger EXIT = new AtomicInteger(TERMINATED);

    private AllServices() {}

    /** What is done while the services run. */
    @FunctionalInterface
    public interface Work {

        /**
         * Does the work.
         *
         * @param gateway base address of the REST interface
         * @param kafka bootstrap servers of the broker
         * @return the exit code
         */
        int in(URI gateway, String kafka) throws Exception;
    }

    private record Opened(Work work, URI gateway, String kafka) {}

    /**
     * Starts the services, does the work and stops them again.
     *
     * @return the work's exit code, or 1 if the services could not start
     */
    public static int open(AllServicesSettings settings, Work work) throws IOException {
        Disk.requireWritable(settings.data());
        int httpPort = settings.httpPort() == 0 ? freePort() : settings.httpPort();
        configure(settings, httpPort);
        EmbeddedKafka broker =
                EmbeddedKafka.start(settings.data().resolve("kafka"), settings.kafkaPort());
        BROKER.set(broker);
        System.setProperty("kafka.bootstrap.servers", broker.bootstrapServers());
        URI gateway = URI.create("http://127.0.0.1:" + httpPort);
        OPENED.set(new Opened(work, gateway, broker.bootstrapServers()));
        boundClosing();
        AtomicInteger exit = new AtomicInteger(1);
        try {
            Quarkus.run(
                    Application.class,
                    (code, failure) -> {
                        exit.set(failure == null ? code : 1);
                        if (failure != null) {
                            System.err.println(
                                    "laptop-diff: the services could not start: "
                                            + reason(failure));
                        }
                    });
        } finally {
            EXIT.set(exit.get());
            closeBroker();
        }
        return exit.get();
    }

    /**
     * Bounds the end of the services: what is whole stays whole whenever a process ends, for the
     * log of the broker and the artifacts are written for that. So an end that takes too long is no
     * end to wait for.
     */
    private static void boundClosing() {
        Thread bound =
                new Thread(
                        () -> {
                            try {
                                Thread.sleep(CLOSING_MILLIS);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            System.err.println(
                                    "laptop-diff: the services have not ended in time, and are"
                                            + " left; the next start goes on from what they saved");
                            Runtime.getRuntime().halt(EXIT.get());
                        },
                        "end-in-time");
        bound.setDaemon(true);
        Runtime.getRuntime().addShutdownHook(new Thread(bound::start, "end-in-time-start"));
    }

    /** Quarkus wraps what happened; the innermost cause says it. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    /** Runs the work once all services are up. */
    public static final class Application implements QuarkusApplication {
        @Override
        public int run(String... arguments) throws Exception {
            Opened opened = OPENED.get();
            try {
                return opened.work().in(opened.gateway(), opened.kafka());
            } catch (InterruptedException e) {
                throw e; // the process is being ended
            } catch (Exception e) {
                // Quarkus would call it a start that failed.
                LOG.error("the work beside the services failed", e);
                System.err.println("laptop-diff: " + (e.getMessage() == null ? e : e.getMessage()));
                return 1;
            }
        }
    }

    private static void configure(AllServicesSettings settings, int httpPort) {
        set("quarkus.http.port", Integer.toString(httpPort));
        set("quarkus.http.host", "127.0.0.1");
        set("laptopdiff.gateway.hosts", "localhost,127.0.0.1,[::1]");
        set("laptopdiff.artifacts.root", settings.data().resolve("artifacts").toString());
        set("kafka-streams.state.dir", settings.data().resolve("streams").toString());
        set("quarkus.log.file.enabled", "true");
        set("quarkus.log.file.path", settings.log().toString());
        set("quarkus.log.console.enabled", Boolean.toString(settings.logOnConsole()));
        set("quarkus.banner.enabled", "false");
        set("ai.djl.offline", "true");
        set("laptopdiff.jobs.grace", "8s");
    }

    /** Sets a property, unless whoever set it on the command line knows better. */
    private static void set(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    /** The broker goes last: the services still publish while they stop. */
    static void closeBroker() {
        EmbeddedKafka broker = BROKER.getAndSet(null);
        if (broker != null) {
            broker.close();
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }
}
