package io.laptopdiff.diffusion.dataset;

/** Why an image is left out of a data set. */
public enum Unusable {
    /** It cannot be decoded, or not to its end. */
    CORRUPT("corrupt"),

    /** Its shorter side is below {@link ImageSource#minimumSide}. */
    TOO_SMALL("too-small"),

    /**
     * It has more than {@value StoredImage#MOST_PIXELS} pixels, and would not fit into the heap.
     */
    TOO_LARGE("too-large"),

    /** There is no decoder for it, such as for AVIF. */
    UNSUPPORTED("unsupported-format"),

    /** Nothing says what it shows, or what should is empty. */
    NO_CAPTION("no-caption");

    private final String text;

    Unusable(String text) {
        this.text = text;
    }

    /** As reports name it. */
    public String text() {
        return text;
    }
}
