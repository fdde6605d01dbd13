package io.laptopdiff.diffusion.dataset;

/** The reason why an image is left out of a data set. */
public enum Unusable {
    /** The image cannot be decoded, or not to its end. */
    CORRUPT("corrupt"),

    /** The image's shorter side is below {@link ImageSource#minimumSide}. */
    TOO_SMALL("too-small"),

    /**
     * The image has more than {@value StoredImage#MOST_PIXELS} pixels, and would not fit into the
     * heap.
     */
    TOO_LARGE("too-large"),

    /** There is no decoder for the image, such as for AVIF. */
    UNSUPPORTED("unsupported-format"),

    /** Nothing says what the image shows, or what should is empty. */
    NO_CAPTION("no-caption");

    private final String text;

    Unusable(String text) {
        this.text = text;
    }

    /** Returns the reason as reports name it. */
    public String text() {
        return text;
    }
}
