package io.laptopdiff.diffusion.dataset;

/** The chunks of a PNG file (ISO/IEC 15948), as far as orientation needs them. */
final class PngChunks {

    private static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";

    private PngChunks() {}

    static boolean isPng(ByteReader file) {
        return file.hasAt(0, SIGNATURE);
    }

    /** Where the TIFF structure of an eXIf chunk begins; -1 without one. */
    static long exif(ByteReader file) {
        long at = SIGNATURE.length();
        while (at < file.content().length && !file.hasAt(at + 4, "IEND")) {
            if (file.hasAt(at + 4, "eXIf")) {
                return at + 8;
            }
            at += 12 + Math.max(0, file.intAt(at, false)); // length, name, data, checksum
        }
        return -1;
    }
}
