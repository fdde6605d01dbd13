package io.laptopdiff.diffusion.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The small text file that Git leaves in place of a large one where Git LFS was not at work (Git
 * LFS specification, "The Pointer").
 */
public final class LfsPointer {

    private static final String BEGIN = "version https://git-lfs.github.com/spec/";
    private static final int LONGEST_BYTES = 1024; // as the specification has it

    private LfsPointer() {}

    /** Returns whether a file is such a pointer; a file that cannot be read is none. */
    public static boolean isOne(Path file) {
        return text(file).startsWith(BEGIN);
    }

    /** Returns the refusal of such a file, which says how to get what it stands for. */
    public static CheckpointException refusal(Path file) {
        String size =
                text(file)
                        .lines()
                        .filter(line -> line.startsWith("size "))
                        .map(line -> " of " + line.substring("size ".length()).strip() + " bytes")
                        .findFirst()
                        .orElse("");
        return new CheckpointException(
                "A Git LFS pointer lies here in place of a file" + size,
                file,
                "",
                "Fetch the file itself: run \"git lfs pull\" in that repository, or download it.");
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LONGEST_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
