package io.laptopdiff.shapes.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BytePairsTest {

    /**
     * By hand: "a b" occurs three times and goes first; then "ab c" and "ab d" once each, by the
     * alphabet.
     */
    @Test
    void shouldMergeTheMostFrequentPairFirst() {
        List<List<String>> merges = BytePairs.learn(List.of("abc", "abd", "abe"));

        assertThat(merges)
                .containsExactly(
                        List.of("a", "b"),
                        List.of("ab", "c</w>"),
                        List.of("ab", "d</w>"),
                        List.of("ab", "e</w>"));
    }

    @Test
    void shouldNotDependOnTheOrderOfWords() {
        assertThat(BytePairs.learn(List.of("star", "square", "small")))
                .isEqualTo(BytePairs.learn(List.of("small", "star", "square", "star")));
    }
}
