package io.laptopdiff.artifacts;

import io.laptopdiff.common.Sha256;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Files that a request names by URL. Each is fetched once, into {@code downloads/} of the
 * artifacts' root, and stays there: remove it to have it fetched again. What was broken off goes on
 * where it was, if the server still has the same file.
 */
public final class HttpSource implements ArtifactSource {
    private static final int NAME_DIGITS = 32;
    private static final Map<Path, Object> AT_WORK = new ConcurrentHashMap<>();

    private final String scheme;
    private final Path downloads;
    private final Duration pause;

    /**
     * @param scheme http or https
     * @param downloads made where it is missing
     */
    public HttpSource(String scheme, Path downloads) {
        this(scheme, downloads, Duration.ofSeconds(1));
    }

    /**
     * @param pause after the first failed attempt; it doubles with every other
     */
    HttpSource(String scheme, Path downloads, Duration pause) {
        this.scheme = scheme;
        this.downloads = downloads;
        this.pause = pause;
    }

    @Override
    public String scheme() {
        return scheme;
    }

    @Override
    public boolean remote() {
        return true;
    }

    /**
     * Asks for one byte, not the head alone: signed addresses are often good for nothing but
     * reading.
     */
    @Override
    public void check(URI location) {
        Path there = target(location);
        if (Files.isRegularFile(there)) {
            return;
        }
        try {
            HttpURLConnection connection = Download.connect(location);
            connection.setRequestProperty("Range", "bytes=0-0");
            try {
                Download.requireThere(connection, location);
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            throw unreachable(location, e);
        }
    }

    @Override
    public Path local(URI location) {
        Path target = target(location);
        // A lock on a file is the process's, not the thread's.
        synchronized (AT_WORK.computeIfAbsent(target, any -> new Object())) {
            try {
                if (!Files.isRegularFile(target)) {
                    fetch(location, target);
                }
                return target;
            } catch (IOException e) {
                throw unreachable(location, e);
            }
        }
    }

    private void fetch(URI location, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        Path lock = target.resolveSibling(".lock");
        try (FileChannel channel =
                        FileChannel.open(
                                lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            if (held.isValid() && !Files.isRegularFile(target)) {
                new Download(location, target, pause).run();
            }
        }
    }

    /**
     * Returns where a download goes: a directory of its own, so that two addresses may end with the
     * same name.
     */
    private Path target(URI location) {
        String path = location.getPath() == null ? "" : location.getPath();
        String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
        if (location.getHost() == null || name.isEmpty() || name.startsWith(".")) {
            throw new ArtifactException(
                    "not the address of a file",
                    shown(location),
                    "write " + scheme + "://host/file");
        }
        return downloads
                .resolve(Sha256.hex(location.toString()).substring(0, NAME_DIGITS))
                .resolve(name);
    }

    /**
     * Returns an address without what may be secret: user, and the signature of a signed address.
     */
    static String shown(URI location) {
        return location.getScheme()
                + "://"
                + location.getHost()
                + (location.getPort() < 0 ? "" : ":" + location.getPort())
                + location.getPath();
    }

    private static ArtifactException unreachable(URI location, IOException cause) {
        return new ArtifactException(
                "it cannot be fetched: " + cause,
                shown(location),
                "check address, network and free disk; asking again goes on where it broke off",
                cause);
    }
}
