package io.laptopdiff.artifacts;

import io.laptopdiff.common.WholeFiles;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** One file on its way from a web server; what is there of it already is not asked for again. */
final class Download {
    private static final int CONNECT_MILLIS = 30_000;
    private static final int SILENCE_MILLIS = 60_000;
    private static final int ATTEMPTS = 5;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private final URI location;
    private final Path target;
    private final Path part;
    private final Path version;
    private final Duration pause;

    /**
     * @param target gets its name when it is whole
     * @param pause after the first failed attempt
     */
    Download(URI location, Path target, Duration pause) {
        this.location = location;
        this.target = target;
        this.part = target.resolveSibling(target.getFileName() + ".partial");
        this.version = target.resolveSibling(target.getFileName() + ".version");
        this.pause = pause;
    }

    /**
     * Tries again as long as some attempt of {@value #ATTEMPTS} brings at least one byte.
     *
     * @throws ArtifactException if the server does not have it
     */
    void run() throws IOException {
        long wait = pause.toMillis();
        for (int failures = 0; ; ) {
            long before = there();
            try {
                attempt();
                WholeFiles.force(part);
                WholeFiles.replace(part, target);
                Files.deleteIfExists(version);
                return;
            } catch (InterruptedIOException e) {
                if (Thread.interrupted()) {
                    Thread.currentThread().interrupt();
                    throw e;
                }
                failures = failed(e, before, failures);
            } catch (IOException e) {
                failures = failed(e, before, failures);
            }
            sleep(wait << Math.min(failures, ATTEMPTS));
        }
    }

    private int failed(IOException e, long before, int failures) throws IOException {
        int now = there() > before ? 0 : failures + 1;
        if (now == ATTEMPTS) {
            throw e;
        }
        return now;
    }

    private static void sleep(long millis) throws InterruptedIOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("told to stop");
        }
    }

    private long there() throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    private void attempt() throws IOException {
        HttpURLConnection connection = connect(location);
        try {
            long from = Files.exists(version) ? there() : 0;
            if (from > 0) {
                connection.setRequestProperty("Range", "bytes=" + from + "-");
                connection.setRequestProperty("If-Range", Files.readString(version));
            }
            if (connection.getResponseCode() == RANGE_NOT_SATISFIABLE) {
                Files.deleteIfExists(part);
                throw new IOException("the server's file is shorter than what was fetched of it");
            }
            requireThere(connection, location);
            receive(connection, from);
        } finally {
            connection.disconnect();
        }
    }

    private void receive(HttpURLConnection connection, long from) throws IOException {
        boolean goesOn = connection.getResponseCode() == HttpURLConnection.HTTP_PARTIAL;
        long first = goesOn ? from : 0;
        if (goesOn && !range(connection).startsWith("bytes " + from + "-")) {
            Files.deleteIfExists(part);
            throw new IOException("the server sent another part than was asked for");
        }
        long expected = connection.getContentLengthLong();
        if (!goesOn) {
            remember(connection);
        }
        try (InputStream in = connection.getInputStream();
                OutputStream out =
                        Files.newOutputStream(
                                part,
                                StandardOpenOption.CREATE,
                                goesOn
                                        ? StandardOpenOption.APPEND
                                        : StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        }
        requireWhole(connection, first, expected);
    }

    private static String range(HttpURLConnection connection) {
        String range = connection.getHeaderField("Content-Range");
        return range == null ? "" : range;
    }

    /**
     * Remembers what the server names this version of the file; without it, nothing can be resumed.
     */
    private void remember(HttpURLConnection connection) throws IOException {
        Files.deleteIfExists(part);
        String tag = connection.getHeaderField("ETag");
        String validator =
                tag != null && !tag.startsWith("W/")
                        ? tag
                        : connection.getHeaderField("Last-Modified");
        if (validator == null) {
            Files.deleteIfExists(version);
        } else {
            Files.write(version, validator.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void requireWhole(HttpURLConnection connection, long first, long expected)
            throws IOException {
        if (expected < 0) {
            // Sent in chunks, a body says itself where it ends.
            if (connection.getHeaderField("Transfer-Encoding") == null) {
                throw new ArtifactException(
                        "the server does not say how long the file is",
                        HttpSource.shown(location),
                        "fetch it yourself and give its path");
            }
            return;
        }
        if (there() != first + expected) {
            throw new EOFException("%d of %d bytes came".formatted(there() - first, expected));
        }
    }

    static HttpURLConnection connect(URI location) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) location.toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(SILENCE_MILLIS);
        connection.setRequestProperty("Accept-Encoding", "identity");
        return connection;
    }

    /**
     * @throws ArtifactException if asking again would not help
     * @throws IOException if it might
     */
    static void requireThere(HttpURLConnection connection, URI location) throws IOException {
        int status = connection.getResponseCode();
        if (status == HttpURLConnection.HTTP_OK || status == HttpURLConnection.HTTP_PARTIAL) {
            return;
        }
        if (status >= SERVER_ERROR || status == TOO_MANY_REQUESTS) {
            throw new IOException("the server answers " + status);
        }
        throw new ArtifactException(
                "the server answers " + status,
                HttpSource.shown(location),
                "check the address; one that redirects to another scheme must be given as it ends");
    }
}
