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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one process serves the gateway's pages, which come to it in the gateway's jar. */
class ServedPagesIT {

    @TempDir Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private Process process;

    @AfterEach
    void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void shouldServeThePagesFromTheOneProcess() throws Exception {
        URI root = serve();
        String page =
                await().atMost(Duration.ofMinutes(2))
                        .ignoreExceptions()
                        .until(() -> ok(root.resolve("/")), text -> text.contains("<ld-app>"));
        String script = found(page, "src=\"([^\"]+\\.js)\"");
        assertThat(header(root, "/", "Cache-Control"))
                .as("a new version must be seen at once")
                .isEqualTo("no-cache");
        assertThat(header(root, script, "Cache-Control")).contains("immutable");
        assertThat(ok(root.resolve(script))).contains("ld-runs");
        assertThat(ok(root.resolve(found(page, "href=\"([^\"]+\\.css)\"")))).contains("--accent");
        assertThat(ok(root.resolve("/api/v1/doctor")))
                .as("workers share the process, so their engine is told of")
                .contains("\"libtorch\":\"2.", "\"operators\":[{")
                .doesNotContain("withoutEngine");
    }

    private URI serve() throws IOException {
        Path jar = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath().normalize();
        assertThat(jar).as("built by 'mvn verify' of the whole project").exists();
        int port = freePort();
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx600m",
                                "-jar",
                                jar.toString(),
                                "serve",
                                "--port",
                                Integer.toString(port),
                                "--data",
                                directory.resolve("data").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("serve.log").toFile())
                        .start();
        return URI.create("http://127.0.0.1:" + port);
    }

    private String ok(URI location) throws IOException, InterruptedException {
        HttpResponse<String> response =
                client.send(
                        HttpRequest.newBuilder(location).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(location + "\n" + log()).isEqualTo(200);
        return response.body();
    }

    private String header(URI root, String path, String name)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(root.resolve(path)).build();
        return client.send(request, HttpResponse.BodyHandlers.discarding())
                .headers()
                .firstValue(name)
                .orElse("none");
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("serve.log"));
    }

    private static String found(String page, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(page);
        assertThat(matcher.find()).as(pattern + " in " + page).isTrue();
        return matcher.group(1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
