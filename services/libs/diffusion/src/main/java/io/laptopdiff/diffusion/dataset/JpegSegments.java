package io.laptopdiff.diffusion.dataset;

/** The segments before a JPEG file's first scan (ITU T.81, annex B), as orientation needs them. */
final class JpegSegments {

    private static final int APP1 = 0xE1;
    private static final String EXIF = "Exif\0\0";
    private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";
    private static final int START_OF_SCAN = 0xDA;
    private static final int END_OF_IMAGE = 0xD9;

    private JpegSegments() {}

    static boolean isJpeg(ByteReader file) {
        return file.byteAt(0) == 0xFF && file.byteAt(1) == 0xD8 && file.byteAt(2) == 0xFF;
    }

    /** Returns where the TIFF structure of the EXIF segment begins; -1 without one. */
    static long exif(ByteReader file) {
        int at = find(file, EXIF);
        return at < 0 ? -1 : at + 4L + EXIF.length();
    }

    /** Returns the XMP packet, byte by byte; empty without one. */
    static String xmp(ByteReader file) {
        int at = find(file, XMP);
        return at < 0
                ? ""
                : StoredOrientation.text(
                        file.content(), at + 4L, at + 2L + file.shortAt(at + 2, false));
    }

    /** Finds the first APP1 segment that begins so; -1 without one. */
    private static int find(ByteReader file, String start) {
        int at = 2;
        while (file.byteAt(at) == 0xFF) {
            int marker = file.byteAt(at + 1);
            if (marker == 0xFF) { // fill byte
                at++;
                continue;
            }
            int length = file.shortAt(at + 2, false);
            if (marker == START_OF_SCAN || marker == END_OF_IMAGE || length < 2) {
                break;
            }
            if (marker == APP1 && file.hasAt(at + 4, start)) {
                return at;
            }
            at += 2 + length;
        }
        return -1;
    }
}
