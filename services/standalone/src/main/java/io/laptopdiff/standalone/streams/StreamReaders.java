package io.laptopdiff.standalone.streams;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads many streams of server-sent events on one thread. Lines are looked for, not HTTP: the
 * gateway never cuts an event in two chunks.
 */
final class StreamReaders implements Runnable, AutoCloseable {
    private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);
    private static final int REMEMBERED = 10_000;
    private static final int PIECE = 1 << 16;

    private final Selector selector;
    private final LatencyCounts latencies = new LatencyCounts();
    private final int warmUp;

    /**
     * The times of events that were read lately: every event comes to many readers, who share these
     * cores with what is measured.
     */
    private final Map<String, Instant> times =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
                    return size() > REMEMBERED;
                }
            };

    private final ByteBuffer piece = ByteBuffer.allocate(PIECE);
    private volatile boolean closed;
    private volatile long received;
    private long outOfOrder;

    /**
     * Opens one stream per run named; a run may be named several times.
     *
     * @param warmUp steps of each run whose latency does not count
     * @throws IOException if the gateway cannot be reached
     */
    StreamReaders(URI gateway, List<String> runIds, int warmUp) throws IOException {
        this.warmUp = warmUp;
        selector = Selector.open();
        for (String runId : runIds) {
            SocketChannel channel =
                    SocketChannel.open(new InetSocketAddress(gateway.getHost(), gateway.getPort()));
            String request =
                    "GET /api/v1/runs/"
                            + runId
                            + "/events HTTP/1.1\r\nHost: "
                            + gateway.getAuthority()
                            + "\r\nAccept: text/event-stream\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Line());
        }
    }

    /** What is there of a line, and the step that came last. */
    private static final class Line {
        private byte[] bytes = new byte[1024];
        private int length;
        private int step;

        void add(ByteBuffer from, int count) {
            if (length + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
            }
            from.get(bytes, length, count);
            length += count;
        }

        boolean isData() {
            return length > DATA.length
                    && Arrays.equals(bytes, 0, DATA.length, DATA, 0, DATA.length);
        }
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                selector.select(100);
                Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
                while (keys.hasNext()) {
                    read(keys.next());
                    keys.remove();
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("a stream broke", e);
        }
    }

    private void read(SelectionKey key) throws IOException {
        piece.clear();
        int count = ((SocketChannel) key.channel()).read(piece);
        if (count < 0) {
            key.cancel();
            return;
        }
        Line line = (Line) key.attachment();
        piece.flip();
        while (piece.hasRemaining()) {
            int end = piece.position();
            while (end < piece.limit() && piece.get(end) != '\n') {
                end++;
            }
            line.add(piece, end - piece.position());
            if (end < piece.limit()) {
                piece.get(); // the line's end
                if (line.isData()) {
                    took(line);
                }
                line.length = 0;
            }
        }
    }

    private void took(Line line) {
        ProgressText event = new ProgressText(line.bytes, line.length);
        if (!event.isProgress()) {
            return;
        }
        int step = event.step();
        if (step > warmUp) {
            Instant sent = times.computeIfAbsent(event.sentText(), Instant::parse);
            latencies.add(Duration.between(sent, Instant.now()).toNanos());
        }
        if (step != line.step + 1) {
            outOfOrder++;
        }
        line.step = step;
        received++;
    }

    /** Returns the events so far, over all streams. */
    long received() {
        return received;
    }

    /** Returns the latencies; to be asked once the thread has ended. */
    LatencyCounts latencies() {
        return latencies;
    }

    /**
     * Returns the events that were not the next one of their stream: lost, repeated or out of
     * order.
     */
    long outOfOrder() {
        return outOfOrder;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
    }
}
