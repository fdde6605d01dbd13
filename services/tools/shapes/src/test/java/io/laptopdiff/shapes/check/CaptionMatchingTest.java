package io.laptopdiff.shapes.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CaptionMatchingTest {

    @Test
    void shouldCountRowsWhoseGreatestNumberIsOnTheDiagonal() {
        float[] logits = {
            9, 1, 2, // its own caption
            5, 4, 3, // the first caption
            -3, -2, -1, // its own caption, below zero
        };

        assertThat(CaptionMatching.onDiagonal(logits, 3)).isEqualTo(2);
    }

    @Test
    void shouldTakeTheFirstOfEqualCaptions() {
        float[] logits = {1, 1, 1, 1}; // as of a scorer that sees nothing

        assertThat(CaptionMatching.onDiagonal(logits, 2)).isEqualTo(1);
    }
}
