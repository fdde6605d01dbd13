package io.laptopdiff.diffusion.dataset;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds how a picture's file says it is turned, in Pillow's order: in EXIF, in the text that
 * ImageMagick puts into a PNG in its place, and where EXIF says nothing, in XMP.
 */
final class StoredOrientation {

    private static final int UPRIGHT = 1;

    /** Finds the orientation in XMP, in both spellings: ExifTool's and that of Adobe's programs. */
    private static final Pattern XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([1-8])");

    private static final String RAW_PROFILE = "Raw profile type exif";
    private static final String PREAMBLE = "Exif\0\0";

    private StoredOrientation() {}

    /**
     * Returns the orientation: 1 (upright) where the file does not say, or what it says makes no
     * sense.
     */
    static int of(ByteReader file) {
        int exif = Orientation.read(file, exif(file));
        if (exif == Orientation.UNSAID && PngChunks.isPng(file)) {
            exif = ofRawProfile(PngChunks.text(file, RAW_PROFILE));
        }
        return exif == Orientation.UNSAID ? ofXmp(xmp(file)) : exif;
    }

    /** Returns where the TIFF structure begins; negative where there is none. */
    private static long exif(ByteReader file) {
        if (JpegSegments.isJpeg(file)) {
            return JpegSegments.exif(file);
        }
        if (WebpChunks.isWebp(file)) {
            return WebpChunks.read(file).exif();
        }
        return PngChunks.isPng(file) ? PngChunks.exif(file) : 0; // a TIFF file begins with it
    }

    private static String xmp(ByteReader file) {
        if (JpegSegments.isJpeg(file)) {
            return JpegSegments.xmp(file);
        }
        if (WebpChunks.isWebp(file)) {
            return WebpChunks.read(file).xmp();
        }
        return PngChunks.isPng(file) ? PngChunks.text(file, "XML:com.adobe.xmp") : "";
    }

    private static int ofXmp(String xmp) {
        Matcher found = XMP.matcher(xmp);
        return found.find() ? Integer.parseInt(found.group(1)) : UPRIGHT;
    }

    /**
     * Reads the orientation from three lines, the last of them the number of bytes, and then those
     * bytes in hexadecimal.
     */
    private static int ofRawProfile(String text) {
        String[] lines = text.split("\n", 4);
        if (lines.length < 4) {
            return Orientation.UNSAID;
        }
        try {
            String digits = lines[3].replaceAll("\\s", "");
            ByteReader profile = new ByteReader(HexFormat.of().parseHex(digits));
            return Orientation.read(profile, profile.hasAt(0, PREAMBLE) ? PREAMBLE.length() : 0);
        } catch (IllegalArgumentException e) {
            return Orientation.UNSAID; // no hexadecimal digits
        }
    }

    /** Returns bytes as text, as they stand; what is looked for in them is ASCII. */
    static String text(byte[] content, long from, long to) {
        int start = (int) Math.min(content.length, Math.max(0, from));
        int end = (int) Math.min(content.length, Math.max(start, to));
        return new String(content, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
