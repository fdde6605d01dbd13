package io.laptopdiff.standalone.streams;

import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.start.SameProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A gateway under many streams at once.
 *
 * @param streams open at once
 * @param runs that they are of
 * @param eventsPerSecond of each run
 * @param warmUpSeconds at the same load before it counts: the compilers share the cores at first
 * @param seconds that it lasts
 */
public record StreamLoad(
        int streams, int runs, int eventsPerSecond, int warmUpSeconds, int seconds) {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long KILO = 1024;
    private static final String HEAP = "400m";

    /**
     * Starts a gateway of its own, measures, and stops it.
     *
     * @param data directory for the broker's log
     * @return the figures as a page of Markdown
     * @throws IOException if the gateway cannot be started or reached
     */
    public String measure(Path data, String machine) throws IOException, InterruptedException {
        int http = freePort();
        int kafka = freePort();
        Process served =
                SameProgram.start(
                        List.of(
                                "serve",
                                "--port=" + http,
                                "--kafka-port=" + kafka,
                                "--data=" + data),
                        List.of("-Xmx" + HEAP, "-Dquarkus.log.console.enabled=false"));
        try {
            URI gateway = URI.create("http://127.0.0.1:" + http);
            awaitAnswer(gateway, "runs");
            return StreamPage.of(
                    load(gateway, "127.0.0.1:" + kafka, served), machine, LocalDate.now());
        } finally {
            served.destroy();
            if (!served.waitFor(20, TimeUnit.SECONDS)) {
                served.destroyForcibly();
            }
        }
    }

    private StreamFigures load(URI gateway, String broker, Process served)
            throws IOException, InterruptedException {
        List<String> runIds = IntStream.range(0, runs).mapToObj(i -> "load-" + i).toList();
        List<String> viewed = new ArrayList<>();
        IntStream.range(0, streams).forEach(i -> viewed.add(runIds.get(i % runs)));
        int warmUp = eventsPerSecond * warmUpSeconds;
        int steps = warmUp + eventsPerSecond * seconds;
        try (EventSource source = new EventSource(broker, runIds, steps)) {
            source.begin();
            for (String runId : runIds) {
                awaitAnswer(gateway, "runs/" + runId);
            }
            PlainReader plain = new PlainReader(broker, warmUp);
            Thread plainThread = started(plain, "plain-reader");
            plain.await();
            try (StreamReaders readers = new StreamReaders(gateway, viewed, warmUp)) {
                Thread readersThread = started(readers, "stream-readers");
                awaitReceived(readers, streams, PATIENCE);
                source.rest(Duration.ofNanos(1_000_000_000L / eventsPerSecond));
                awaitReceived(readers, (long) streams * steps, Duration.ofSeconds(20));
                plain.stop();
                readers.close();
                plainThread.join();
                readersThread.join();
                return new StreamFigures(
                        streams,
                        runs,
                        eventsPerSecond,
                        warmUpSeconds,
                        seconds,
                        (long) streams * steps,
                        readers.received(),
                        readers.outOfOrder(),
                        readers.latencies(),
                        plain.latencies(),
                        peak(served));
            }
        }
    }

    private static Thread started(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void awaitReceived(StreamReaders readers, long count, Duration patience)
            throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (readers.received() < count && System.nanoTime() < end) {
            Thread.sleep(50);
        }
    }

    private static void awaitAnswer(URI gateway, String path)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                new GatewayClient(gateway).get(path);
                return;
            } catch (IOException | RuntimeException e) {
                if (System.nanoTime() > end) {
                    throw new IOException("no answer at " + gateway + ": " + e.getMessage(), e);
                }
                Thread.sleep(200);
            }
        }
    }

    /** Returns the most bytes that a process held; 0 where the system does not tell. */
    private static long peak(Process served) throws IOException {
        Path status = Path.of("/proc", Long.toString(served.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> KILO * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
