package io.laptopdiff.standalone.follow;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTP server that gives its answers in their order, and the last one for ever. Streams of
 * events have a script of their own; whoever asks for more of them than there are gets none.
 */
public final class ScriptedGateway implements AutoCloseable {

    private static final int HANG_UP = 0;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final Queue<Stream> streams = new ConcurrentLinkedQueue<>();
    private final List<String> lastEventIds = new CopyOnWriteArrayList<>();
    private final List<HttpExchange> open = new CopyOnWriteArrayList<>();

    private record Answer(int status, String body) {}

    private record Stream(int status, String text, boolean breaksOff) {}

    public ScriptedGateway() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public ScriptedGateway answering(int status, String body) {
        answers.add(new Answer(status, body));
        return this;
    }

    /** Closes the connection in the middle of an answer. */
    public ScriptedGateway hangingUp() {
        return answering(HANG_UP, "");
    }

    /** The next stream asked for begins with a text, and stays open. */
    public ScriptedGateway streaming(String text) {
        streams.add(new Stream(200, text, false));
        return this;
    }

    /** The next stream asked for breaks off after a text. */
    public ScriptedGateway breakingOff(String text) {
        streams.add(new Stream(200, text, true));
        return this;
    }

    /** The next stream asked for is refused. */
    public ScriptedGateway refusingStream(int status) {
        streams.add(new Stream(status, "", false));
        return this;
    }

    /** Says more on the streams that are open; whoever has gone away hears nothing. */
    public void say(String text) {
        for (HttpExchange stream : open) {
            try {
                write(stream, text);
            } catch (IOException gone) {
                open.remove(stream);
            }
        }
    }

    /** What each asker for a stream wanted to go on after; empty for the beginning. */
    public List<String> lastEventIds() {
        return lastEventIds;
    }

    /** Streams that are open now. */
    public int openStreams() {
        return open.size();
    }

    /** Of the requests so far, streams apart. */
    public List<String> bodies() {
        return bodies;
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getPath().endsWith("/events")) {
            stream(exchange);
            return;
        }
        bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Answer answer = answers.size() > 1 ? answers.remove() : answers.element();
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            if (answer.status() == HANG_UP) {
                exchange.sendResponseHeaders(200, 100);
                return;
            }
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    private void stream(HttpExchange exchange) throws IOException {
        String lastEventId = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        lastEventIds.add(Objects.requireNonNullElse(lastEventId, ""));
        Stream stream = streams.poll();
        if (stream == null || stream.status() != 200) {
            exchange.sendResponseHeaders(stream == null ? 404 : stream.status(), -1);
            exchange.close();
        } else {
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            write(exchange, stream.text());
            if (stream.breaksOff()) {
                exchange.close();
            } else {
                open.add(exchange);
            }
        }
    }

    private static void write(HttpExchange stream, String text) throws IOException {
        stream.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
        stream.getResponseBody().flush();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
