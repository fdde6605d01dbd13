package io.laptopdiff.standalone.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** {@code serve} as a process that can be killed and started again on the same port and data. */
final class ServedDashboard implements AutoCloseable {
    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();

    private final Path directory;
    private final int port;
    private Process process;

    ServedDashboard(Path directory) throws IOException {
        this.directory = directory;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = socket.getLocalPort();
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    void start() throws IOException {
        assertThat(JAR).as("built by 'mvn verify' of the whole project").exists();
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx600m",
                        "-jar",
                        JAR.toString(),
                        "serve",
                        "--port=" + port,
                        "--data=" + directory.resolve("data"));
        builder.redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(directory.resolve("serve.log").toFile()));
        process = builder.start();
        await().atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(
                        () ->
                                ((HttpURLConnection)
                                                        address()
                                                                .resolve("/q/health/ready")
                                                                .toURL()
                                                                .openConnection())
                                                .getResponseCode()
                                        == 200);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            kill();
        }
    }
}
