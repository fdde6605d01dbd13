package io.laptopdiff.shapes.dataset;

/** The place of the first shape of two, seen from the second. */
public enum Relation {
    LEFT_OF("left of", -1, 0),
    RIGHT_OF("right of", 1, 0),
    ABOVE("above", 0, -1),
    BELOW("below", 0, 1);

    private final String words;
    private final int right;
    private final int down;

    Relation(String words, int right, int down) {
        this.words = words;
        this.right = right;
        this.down = down;
    }

    /** The words in captions. */
    public String words() {
        return words;
    }

    /**
     * Returns the direction of the first shape from the middle of the image: -1 left, 1 right, 0
     * neither.
     */
    int right() {
        return right;
    }

    /**
     * Returns the direction of the first shape from the middle of the image: -1 up, 1 down, 0
     * neither.
     */
    int down() {
        return down;
    }
}
