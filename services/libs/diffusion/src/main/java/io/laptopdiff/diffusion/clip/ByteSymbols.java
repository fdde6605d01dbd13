package io.laptopdiff.diffusion.clip;

import java.util.ArrayList;
import java.util.List;

/** The characters that stand for bytes in the vocabularies of GPT-2 and CLIP. */
public final class ByteSymbols {

    /** The number of different bytes. */
    public static final int BYTES = 256;

    private ByteSymbols() {}

    /**
     * Returns the first symbols of a vocabulary: each byte inside a word, then each at a word's
     * end. The printable bytes of Latin-1 stand for themselves, the others for 256 and up
     * (bytes_to_unicode of GPT-2 and CLIP, in its order).
     */
    public static List<String> all() {
        List<String> inside = new ArrayList<>();
        int hidden = 0;
        for (int b = 0; b < BYTES; b++) {
            if (isPrintable(b)) {
                inside.add(Character.toString(b));
            } else {
                hidden++;
            }
        }
        for (int i = 0; i < hidden; i++) {
            inside.add(Character.toString(BYTES + i));
        }
        List<String> symbols = new ArrayList<>(inside);
        inside.forEach(symbol -> symbols.add(symbol + "</w>"));
        return symbols;
    }

    private static boolean isPrintable(int b) {
        return (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
    }
}
