package io.laptopdiff.layerscoring.cache;

import io.laptopdiff.diffusion.checkpoint.ContentDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * SHA-256 of files. A file of gigabytes is read once, and again only when its size, time or inode
 * has changed.
 */
public final class FileDigests {

    // A file may change once more within one tick of its clock, and would look the same.
    private static final Duration SETTLED = Duration.ofSeconds(2);

    private record Look(Object inode, long size, FileTime modified) {}

    private record Known(Look look, String digest) {}

    private final Map<Path, Known> known = new ConcurrentHashMap<>();
    private final AtomicLong filesRead = new AtomicLong();

    /** Returns the digest of a file, in hexadecimal digits. */
    public String of(Path file) {
        Path path = file.toAbsolutePath().normalize();
        try {
            path = path.toRealPath(); // parts of a single file are links to the same gigabytes
            Instant now = Instant.now();
            Look look = look(path);
            Known before = known.get(path);
            if (before != null && before.look().equals(look)) {
                return before.digest();
            }
            String digest = read(path);
            if (look.modified().toInstant().isBefore(now.minus(SETTLED))) {
                known.put(path, new Known(look, digest));
            } else {
                known.remove(path);
            }
            return digest;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /** Returns how many files were read, for what was remembered was not. */
    public long filesRead() {
        return filesRead.get();
    }

    /**
     * Adds names and contents of what models below these directories are read from; missing
     * directories have none.
     */
    public void addModels(Path home, List<Path> directories, ContentDigest fingerprint) {
        for (Path directory : directories) {
            for (Path file : ContentDigest.modelFiles(directory)) {
                fingerprint.add(home.relativize(file)).add(of(file));
            }
        }
    }

    private static Look look(Path file) throws IOException {
        BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
        return new Look(found.fileKey(), found.size(), found.lastModifiedTime());
    }

    private String read(Path file) {
        filesRead.incrementAndGet();
        return new ContentDigest().addFile(file).hex();
    }
}
