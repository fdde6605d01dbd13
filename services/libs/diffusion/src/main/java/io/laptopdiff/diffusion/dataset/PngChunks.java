package io.laptopdiff.diffusion.dataset;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.zip.InflaterInputStream;

/** The chunks of a PNG file (ISO/IEC 15948), as far as orientation needs them. */
final class PngChunks {

    private static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";

    private static final List<String> TEXTS = List.of("tEXt", "zTXt", "iTXt");

    /** The most bytes of a text: more is no orientation, and could be made to fill the heap. */
    private static final int MOST_TEXT = 1 << 20;

    private PngChunks() {}

    static boolean isPng(ByteReader file) {
        return file.hasAt(0, SIGNATURE);
    }

    /** Returns where the TIFF structure of an eXIf chunk begins; -1 without one. */
    static long exif(ByteReader file) {
        long at = find(file, chunk -> file.hasAt(chunk + 4, "eXIf"));
        return at < 0 ? -1 : at + 8;
    }

    /** Returns the text of that keyword, byte by byte; empty without one. */
    static String text(ByteReader file, String keyword) {
        long at =
                find(
                        file,
                        chunk ->
                                TEXTS.stream().anyMatch(name -> file.hasAt(chunk + 4, name))
                                        && file.hasAt(chunk + 8, keyword + "\0"));
        if (at < 0) {
            return "";
        }
        long start = at + 8 + keyword.length() + 1;
        long end = at + 8 + Math.max(0, file.intAt(at, false));
        boolean compressed = file.hasAt(at + 4, "zTXt");
        if (compressed) {
            start++; // the method, of which there is one
        } else if (file.hasAt(at + 4, "iTXt")) {
            compressed = file.byteAt(start) == 1;
            start = afterNul(file, afterNul(file, start + 2)); // language and translated keyword
        }
        return compressed
                ? inflated(file.content(), start, end)
                : StoredOrientation.text(file.content(), start, end);
    }

    private static long find(ByteReader file, LongPredicate wanted) {
        long at = SIGNATURE.length();
        while (at < file.content().length && !file.hasAt(at + 4, "IEND")) {
            if (wanted.test(at)) {
                return at;
            }
            at += 12 + Math.max(0, file.intAt(at, false)); // length, name, data, checksum
        }
        return -1;
    }

    private static long afterNul(ByteReader file, long from) {
        long at = from;
        while (file.byteAt(at) > 0) {
            at++;
        }
        return at + 1;
    }

    private static String inflated(byte[] content, long from, long to) {
        int start = (int) Math.min(content.length, from);
        int length = (int) Math.max(0, Math.min(content.length, to) - start);
        try (InputStream in =
                new InflaterInputStream(new ByteArrayInputStream(content, start, length))) {
            byte[] text = in.readNBytes(MOST_TEXT);
            return StoredOrientation.text(text, 0, text.length);
        } catch (IOException e) {
            return ""; // damaged, and no part of the pixels
        }
    }
}
