package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Services as processes of their own around one broker, as the build packaged them. */
final class ServiceProcesses implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Path directory;
    private final String broker;
    private final Map<String, Process> processes = new LinkedHashMap<>();

    /**
     * @param directory for artifacts, folds and logs
     * @param broker its bootstrap servers
     */
    ServiceProcesses(Path directory, String broker) {
        this.directory = directory;
        this.broker = broker;
    }

    /**
     * Starts a service's own application and returns its address.
     *
     * @param options system properties as {@code -Dname=value}; the last of one name holds
     */
    URI start(String module, String name, String... options) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.add("-Xmx400m");
        command.add("-Dquarkus.http.host=127.0.0.1");
        command.add("-Dquarkus.http.port=" + port);
        command.add("-Dlaptopdiff.artifacts.root=" + directory.resolve("artifacts"));
        command.add("-Dkafka-streams.state.dir=" + directory.resolve(name + "-streams"));
        command.addAll(List.of(options));
        command.add("-jar");
        command.add(jar(module).toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", broker);
        builder.environment().put("OMP_NUM_THREADS", "1"); // several processes share the machine
        builder.redirectErrorStream(true).redirectOutput(log(name).toFile());
        processes.put(name, builder.start());
        return URI.create("http://127.0.0.1:" + port);
    }

    /** A module's application. */
    static Path jar(String module) {
        Path jar =
                Path.of("..", module, "target/quarkus-app/quarkus-run.jar")
                        .toAbsolutePath()
                        .normalize();
        assertThat(jar).as("built by 'mvn verify' of the whole project").exists();
        return jar;
    }

    /** Ends one, as an operator would. */
    void stop(String name) throws InterruptedException {
        end(processes.remove(name));
    }

    String log(String name, String containing) throws IOException {
        return String.join(
                "\n",
                Files.readAllLines(log(name)).stream()
                        .filter(l -> l.contains(containing))
                        .toList());
    }

    long jobs(String name) throws IOException {
        return log(name, "job started").lines().count();
    }

    private Path log(String name) {
        return directory.resolve(name + ".log");
    }

    static void awaitReady(URI service) {
        await().atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(() -> readiness(service).statusCode() == 200);
    }

    /** What it says of its readiness. */
    static HttpResponse<String> readiness(URI service) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(service.resolve("/q/health/ready")).build(),
                BodyHandlers.ofString());
    }

    @Override
    public void close() throws InterruptedException {
        processes.values().forEach(Process::destroy);
        for (Process process : processes.values()) {
            end(process);
        }
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
