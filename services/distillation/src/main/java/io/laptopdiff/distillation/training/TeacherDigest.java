package io.laptopdiff.distillation.training;

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
 * Names what a training takes from its teacher: the content of every part that it reads. Size and
 * time of a file would not do, for a file that was copied anew has another time, and one that was
 * replaced may have the old one. It takes as long as reading the files once.
 */
final class TeacherDigest {

    private static final List<String> PARTS =
            List.of(
                    "unet",
                    "scheduler",
                    "vae",
                    "text_encoder",
                    "text_encoder_2",
                    "tokenizer",
                    "tokenizer_2");

    /** Others, such as pickles and notes, are never read. */
    private static final List<String> ENDINGS = List.of(".json", ".safetensors", ".txt");

    private static final int BUFFER_BYTES = 1 << 20;

    private TeacherDigest() {}

    /**
     * @param teacher pipeline directory
     * @return SHA-256 in hexadecimal digits
     */
    static String of(Path teacher) {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (String part : PARTS) {
                for (Path file : files(teacher.resolve(part))) {
                    // With name and size, so that no two lists of files look the same.
                    String head = teacher.relativize(file) + " " + Files.size(file) + "\n";
                    digest.update(head.getBytes(StandardCharsets.UTF_8));
                    try (InputStream content = Files.newInputStream(file)) {
                        for (int n = content.read(buffer); n > 0; n = content.read(buffer)) {
                            digest.update(buffer, 0, n);
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + teacher, e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static List<Path> files(Path part) throws IOException {
        if (!Files.isDirectory(part)) {
            return List.of();
        }
        try (Stream<Path> tree = Files.walk(part, FileVisitOption.FOLLOW_LINKS)) {
            return tree.filter(Files::isRegularFile)
                    .filter(file -> ENDINGS.stream().anyMatch(file.toString()::endsWith))
                    .sorted()
                    .toList();
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
