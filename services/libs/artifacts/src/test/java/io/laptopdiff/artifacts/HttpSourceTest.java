package io.laptopdiff.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class HttpSourceTest {
    private static final int BYTES = 300_000;

    @TempDir Path home;
    private final List<String> ranges = new ArrayList<>();
    private byte[] content = bytes(1);
    private String version = "\"one\"";

    /** How many bytes of each answer come before the line breaks; none left: all. */
    private final List<Integer> breaks = new ArrayList<>();

    private HttpServer server;
    private HttpSource source;

    private static byte[] bytes(long seed) {
        byte[] bytes = new byte[BYTES];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/x.tar", this::answer);
        server.createContext("/gone.tar", exchange -> status(exchange, 404));
        server.createContext("/busy.tar", exchange -> status(exchange, 503));
        server.start();
        source = new HttpSource("http", home, Duration.ofMillis(1));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void status(HttpExchange exchange, int status) throws IOException {
        ranges.add("" + status);
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        ranges.add(String.valueOf(range));
        String known = exchange.getRequestHeaders().getFirst("If-Range");
        boolean goesOn = range != null && (known == null || known.equals(version));
        int from =
                goesOn
                        ? Integer.parseInt(range.substring("bytes=".length(), range.indexOf('-')))
                        : 0;
        exchange.getResponseHeaders().set("ETag", version);
        if (goesOn) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (BYTES - 1) + "/" + BYTES);
        }
        exchange.sendResponseHeaders(goesOn ? 206 : 200, BYTES - from);
        int end = breaks.isEmpty() ? BYTES : Math.min(BYTES, from + breaks.remove(0));
        exchange.getResponseBody().write(content, from, end - from);
        exchange.getResponseBody().flush();
        exchange.close();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    @Test
    void shouldFetchAFileOnce() throws IOException {
        Path file = source.local(uri("/x.tar?signature=secret"));
        assertThat(file).hasFileName("x.tar").hasBinaryContent(content);
        assertThat(source.local(uri("/x.tar?signature=secret"))).isEqualTo(file);
        assertThat(ranges).hasSize(1);
        try (Stream<Path> beside = Files.list(file.getParent())) {
            assertThat(beside.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("x.tar", ".lock");
        }
    }

    @Test
    void shouldGoOnWhereTheLineBroke() {
        breaks.addAll(List.of(100_000, 50_000));
        assertThat(source.local(uri("/x.tar"))).hasBinaryContent(content);
        assertThat(ranges).hasSize(3);
        assertThat(ranges.get(0)).isEqualTo("null");
        assertThat(ranges.subList(1, 3)).allMatch(range -> range.startsWith("bytes="));
    }

    @Test
    void shouldGoOnInAnotherProcessAfterThisOneGaveUp() {
        breaks.addAll(List.of(100_000, 0, 0, 0, 0, 0));
        assertThatThrownBy(() -> source.local(uri("/x.tar")))
                .isInstanceOf(ArtifactException.class)
                .hasMessageContaining("goes on where it broke off");
        ranges.clear();
        breaks.clear();
        assertThat(new HttpSource("http", home, Duration.ofMillis(1)).local(uri("/x.tar")))
                .hasBinaryContent(content);
        assertThat(ranges).hasSize(1).allMatch(range -> range.startsWith("bytes="));
    }

    @Test
    void shouldBeginAnewWhenTheServersFileHasChanged() {
        breaks.addAll(List.of(100_000, 0, 0, 0, 0, 0));
        assertThatThrownBy(() -> source.local(uri("/x.tar"))).isInstanceOf(ArtifactException.class);
        breaks.clear();
        content = bytes(2);
        version = "\"two\"";
        assertThat(source.local(uri("/x.tar"))).hasBinaryContent(content);
    }

    @Test
    void shouldSayAtOnceWhatTheServerDoesNotHave() {
        assertThatThrownBy(() -> source.local(uri("/gone.tar?signature=secret")))
                .isInstanceOf(ArtifactException.class)
                .hasMessageContaining("404")
                .hasMessageContaining("/gone.tar")
                .hasMessageNotContaining("secret");
        assertThat(ranges).hasSize(1);
        assertThatThrownBy(() -> source.check(uri("/gone.tar"))).hasMessageContaining("404");
        assertThatThrownBy(() -> source.local(uri("/busy.tar"))).hasMessageContaining("503");
        assertThat(ranges).as("worth more attempts").hasSize(2 + 5);
        assertThatThrownBy(() -> source.local(uri("/"))).hasMessageContaining("not the address");
    }

    @Test
    void shouldLookWithoutFetching() throws IOException {
        source.check(uri("/x.tar"));
        assertThat(ranges).containsExactly("bytes=0-0");
        try (Stream<Path> left = Files.list(home)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void shouldFindEveryShardOfARange() throws IOException {
        Artifacts artifacts = new Artifacts(List.of(new FileSource(), source));
        for (String name : List.of("t-08.tar", "t-09.tar", "t-10.tar")) {
            Files.createFile(home.resolve(name));
        }
        assertThat(artifacts.data(home + "/t-{08..10}.tar"))
                .containsExactly(
                        home.resolve("t-08.tar"),
                        home.resolve("t-09.tar"),
                        home.resolve("t-10.tar"));
        assertThat(artifacts.data(home.toString())).containsExactly(home);
        Path packed = Files.createFile(home.resolve("t.tar.gz"));
        assertThat(artifacts.data(packed.toString())).containsExactly(packed);
        assertThatThrownBy(() -> artifacts.data(home + "/t-{08..11}.tar"))
                .hasMessageContaining("t-11.tar");
        assertThatThrownBy(() -> artifacts.data(home + "/t-{10..08}.tar"))
                .hasMessageContaining("upwards");
        assertThatThrownBy(() -> artifacts.data(uri("/folder/").toString()))
                .hasMessageContaining(".tar file");
        assertThatThrownBy(() -> artifacts.checkData(uri("/gone.tar").toString()))
                .hasMessageContaining("404");
        assertThat(artifacts.data(uri("/x.tar").toString()).get(0)).hasBinaryContent(content);
        assertThat(artifacts.isRemote(uri("/").toString() + "t-{0..3}.tar")).isTrue();
        assertThat(artifacts.isRemote(home.toString())).isFalse();
    }
}
