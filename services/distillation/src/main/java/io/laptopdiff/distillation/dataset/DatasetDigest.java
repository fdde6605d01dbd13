package io.laptopdiff.distillation.dataset;

import io.laptopdiff.diffusion.dataset.ImageFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names what an encoding depends on: the images, their captions, the models that encode them, and
 * the resolution.
 */
final class DatasetDigest {

    private static final int BUFFER_BYTES = 1 << 20;
    private static final int IMAGE_BUFFER_BYTES = 1 << 14;
    private static final int NAME_DIGITS = 32;

    private final MessageDigest digest;

    private DatasetDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /**
     * Names one encoding.
     *
     * @param teacher pipeline directory; the content of its encoders counts
     * @param images of which content, order and caption count; a copy elsewhere has the same name
     * @param resolution height and width in pixels
     * @param format changes when files are laid out in another way
     * @return a name for a directory
     */
    static String of(Path teacher, ImageFolder images, int resolution, int format) {
        DatasetDigest digest = new DatasetDigest();
        try {
            digest.add("format " + format + " resolution " + resolution);
            for (String part :
                    List.of("vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2")) {
                digest.addContent(teacher, teacher.resolve(part));
            }
            // Hashing keeps up with most disks, the more so on all cores; encoding takes a thousand
            // times as long.
            List<byte[]> contents =
                    images.entries().parallelStream().map(entry -> content(entry.file())).toList();
            for (int i = 0; i < contents.size(); i++) {
                digest.add(images.entries().get(i).text());
                digest.digest.update(contents.get(i));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + teacher, e);
        }
        return HexFormat.of().formatHex(digest.digest.digest()).substring(0, NAME_DIGITS);
    }

    private static byte[] content(Path file) {
        DatasetDigest digest = new DatasetDigest();
        try {
            digest.addFile(file, new byte[IMAGE_BUFFER_BYTES]);
            return digest.digest.digest();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** With its length, so that no two lists of texts look the same. */
    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
    }

    private void addContent(Path home, Path part) throws IOException {
        if (!Files.isDirectory(part)) {
            return;
        }
        // Model caches are made of links.
        try (Stream<Path> tree = Files.walk(part, FileVisitOption.FOLLOW_LINKS)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
                add(home.relativize(file) + " " + Files.size(file));
                addFile(file, buffer);
            }
        }
    }

    private void addFile(Path file, byte[] buffer) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            for (int read = content.read(buffer); read > 0; read = content.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
    }
}
