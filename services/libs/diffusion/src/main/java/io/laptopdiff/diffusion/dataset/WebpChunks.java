package io.laptopdiff.diffusion.dataset;

/**
 * The chunks of a WebP file (RFC 9649), which is a RIFF file.
 *
 * @param length what the file should have, in bytes
 * @param mostPixels of the canvas or of a frame in it, whichever has more
 * @param exif where the TIFF structure of the EXIF chunk begins; -1 without one
 */
record WebpChunks(long length, long mostPixels, long exif, String xmp) {

    private static final int FIRST_CHUNK = 12;
    private static final int CHUNK_HEADER = 8;

    static boolean isWebp(ByteReader file) {
        return file.hasAt(0, "RIFF") && file.hasAt(8, "WEBP");
    }

    static WebpChunks read(ByteReader file) {
        long end = 8 + Math.max(0, file.intAt(4, true));
        long pixels = 0;
        long exif = -1;
        String xmp = "";
        long at = FIRST_CHUNK;
        while (at + CHUNK_HEADER <= Math.min(end, file.content().length)) {
            long data = at + CHUNK_HEADER;
            pixels = Math.max(pixels, pixels(file, at, data));
            if (exif < 0 && file.hasAt(at, "EXIF")) {
                // Some writers put JPEG's preamble before it.
                exif = file.hasAt(data, "Exif\0\0") ? data + 6 : data;
            }
            long size = Math.max(0, file.intAt(at + 4, true));
            if (file.hasAt(at, "XMP ")) {
                xmp = StoredOrientation.text(file.content(), data, data + size);
            }
            at = file.hasAt(at, "ANMF") ? data + 16 : data + size + (size & 1);
        }
        return new WebpChunks(end, pixels, exif, xmp);
    }

    private static long pixels(ByteReader file, long chunk, long data) {
        if (file.hasAt(chunk, "VP8X")) {
            return (1L + threeBytes(file, data + 4)) * (1L + threeBytes(file, data + 7));
        }
        if (file.hasAt(chunk, "VP8L")) {
            long bits = Math.max(0, file.intAt(data + 1, true));
            return (1 + (bits & 0x3FFF)) * (1 + (bits >> 14 & 0x3FFF));
        }
        if (file.hasAt(chunk, "VP8 ")) {
            long width = file.shortAt(data + 6, true) & 0x3FFF;
            return width * (file.shortAt(data + 8, true) & 0x3FFF);
        }
        return 0;
    }

    private static long threeBytes(ByteReader file, long at) {
        return file.intAt(at, true) & 0xFFFFFF;
    }
}
