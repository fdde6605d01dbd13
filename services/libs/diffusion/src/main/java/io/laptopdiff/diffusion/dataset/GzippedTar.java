package io.laptopdiff.diffusion.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;

/**
 * Compressed tar files. Images are read where they lie, in any order, which compression does not
 * allow; so the file is unpacked once per process, into the directory for temporary files ({@code
 * -Djava.io.tmpdir}), and deleted when the process ends.
 */
final class GzippedTar {

    /** The bytes that stay free on the disk, whatever a file unpacks to. */
    private static final long LEFT_FREE_BYTES = 1L << 30;

    private static final int CHUNK_BYTES = 1 << 20;

    private record Look(Path file, long size, FileTime modified) {}

    private static final Map<Look, Path> UNPACKED = new ConcurrentHashMap<>();

    private GzippedTar() {}

    /**
     * Returns whether a file is gzipped, by how it begins, for people name such files {@code .tar},
     * too.
     */
    static boolean isGzipped(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(2);
            return start.length == 2 && (start[0] & 0xFF) == 0x1F && (start[1] & 0xFF) == 0x8B;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Unpacks a tar file to the same without compression.
     *
     * @throws DatasetException if it is no gzip file, or there is no room for it
     */
    static Path unpacked(Path file) {
        try {
            Look look =
                    new Look(
                            file.toAbsolutePath().normalize(),
                            Files.size(file),
                            Files.getLastModifiedTime(file));
            return UNPACKED.compute(
                    look,
                    (any, before) ->
                            before != null && Files.isRegularFile(before) ? before : unpack(file));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static Path unpack(Path file) {
        Path target = null;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file), CHUNK_BYTES)) {
            target = Files.createTempFile("laptop-diff-", ".tar");
            target.toFile().deleteOnExit();
            FileStore store = Files.getFileStore(target);
            try (OutputStream out = Files.newOutputStream(target)) {
                byte[] chunk = new byte[CHUNK_BYTES];
                for (int n = in.read(chunk); n > 0; n = in.read(chunk)) {
                    if (store.getUsableSpace() < LEFT_FREE_BYTES) {
                        throw new IOException(
                                "unpacked, it does not fit into " + target.getParent());
                    }
                    out.write(chunk, 0, n);
                }
            }
            return target;
        } catch (IOException e) {
            delete(target);
            throw unreadable(file, e);
        }
    }

    private static void delete(Path target) {
        try {
            if (target != null) {
                Files.deleteIfExists(target);
            }
        } catch (IOException e) {
            // It goes when the process ends; the first error matters more.
        }
    }

    private static DatasetException unreadable(Path file, IOException e) {
        return new DatasetException(
                "The compressed tar file cannot be read: " + e.getMessage(),
                file,
                "Unpack it with gunzip, and name the .tar file.");
    }
}
