package io.laptopdiff.diffusion.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Text as people's programs save it: UTF-8, or UTF-16 with a byte order mark. The marks themselves
 * (U+FEFF) are dropped, also where files were joined; what cannot be decoded is refused, for a
 * replacement character would be learned like any other.
 */
final class TextFile {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /** The beginning of a file that Git keeps in place of a large one. */
    static final String LFS_POINTER = "version https://git-lfs.github.com/spec/";

    static final String FETCH_FROM_LFS = "Fetch the file itself: git lfs pull.";

    private static final char REPLACEMENT = '\uFFFD';

    private TextFile() {}

    /**
     * Reads a whole file.
     *
     * @throws DatasetException naming file and line if it cannot be read or decoded
     */
    static String read(Path file) {
        try {
            return decode(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw new DatasetException(
                    "The file cannot be read: " + e.getMessage(), file, "Check its access rights.");
        }
    }

    /**
     * Decodes a file's content.
     *
     * @param where how errors name it; they add the line
     * @throws DatasetException naming the line that is not text
     */
    static String decode(byte[] content, String where) {
        Charset charset = charset(content);
        String text = new String(content, charset);
        if (text.indexOf(REPLACEMENT) >= 0) { // in the text, or in place of what is none
            requireDecodable(content, charset, where);
        }
        if (text.startsWith(LFS_POINTER)) { // it would be learned as a caption
            throw new DatasetException(
                    "A Git LFS pointer stands in place of the file", where, FETCH_FROM_LFS);
        }
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw new DatasetException(
                    "The text holds NUL characters, as UTF-16 without a byte order mark and UTF-32"
                            + " do",
                    where + ":" + lineAt(text, nul),
                    "Save it as UTF-8.");
        }
        return text.indexOf(BYTE_ORDER_MARK) < 0
                ? text
                : text.replace(String.valueOf(BYTE_ORDER_MARK), "");
    }

    private static void requireDecodable(byte[] content, Charset charset, String where) {
        CharBuffer out = CharBuffer.allocate(content.length); // no character has less than a byte
        CoderResult result =
                charset.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)
                        .decode(ByteBuffer.wrap(content), out, true);
        if (result.isError()) {
            String before = out.flip().toString();
            throw new DatasetException(
                    "The text is not " + charset.name(),
                    where + ":" + lineAt(before, before.length()),
                    "Save it as UTF-8.");
        }
    }

    private static Charset charset(byte[] content) {
        if (content.length >= 2) {
            int mark = ((content[0] & 0xFF) << 8) | (content[1] & 0xFF);
            if (mark == 0xFFFE) {
                return StandardCharsets.UTF_16LE;
            }
            if (mark == 0xFEFF) {
                return StandardCharsets.UTF_16BE;
            }
        }
        return StandardCharsets.UTF_8;
    }

    /** Returns the number of the line, from 1, that a position lies in. */
    private static long lineAt(String text, int position) {
        return 1 + text.substring(0, position).chars().filter(c -> c == '\n').count();
    }
}
