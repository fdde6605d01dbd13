package io.laptopdiff.diffusion.dataset;

/** The segments before a JPEG file's first scan (ITU T.81, annex B), as orientation needs them. */
final class JpegSegments {

    private static final int APP1 = 0xE1;
    private static final int START_OF_SCAN = 0xDA;
    private static final int END_OF_IMAGE = 0xD9;

    private JpegSegments() {}

    static boolean isJpeg(ByteReader file) {
        return file.byteAt(0) == 0xFF && file.byteAt(1) == 0xD8 && file.byteAt(2) == 0xFF;
    }

    /** Where the TIFF structure of the EXIF segment begins; -1 without one. */
    static long exif(ByteReader file) {
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
            if (marker == APP1 && file.hasAt(at + 4, "Exif\0\0")) {
                return at + 10L;
            }
            at += 2 + length;
        }
        return -1;
    }
}
