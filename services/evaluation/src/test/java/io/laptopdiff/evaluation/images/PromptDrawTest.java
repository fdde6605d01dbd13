package io.laptopdiff.evaluation.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptDrawTest {

    private static final List<String> CAPTIONS =
            IntStream.range(0, 10).mapToObj(i -> "caption " + i).toList();

    @Test
    void shouldDrawTheSamePromptsFromTheSameSeed() {
        List<Prompt> prompts = new PromptDraw(10, 5).prompts(CAPTIONS, 10);

        assertThat(prompts).isEqualTo(new PromptDraw(10, 5).prompts(CAPTIONS, 10));
        assertThat(prompts).isNotEqualTo(new PromptDraw(10, 6).prompts(CAPTIONS, 10));
        assertThat(prompts)
                .extracting(Prompt::caption)
                .containsExactlyInAnyOrderElementsOf(CAPTIONS);
        assertThat(prompts)
                .extracting(Prompt::seed)
                .containsExactly(5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L);
    }

    @Test
    void shouldBeginAnewWithOtherSeedsWhereCaptionsAreFew() {
        List<Prompt> prompts = new PromptDraw(10, 5).prompts(CAPTIONS, 15);

        assertThat(prompts.get(12).caption()).isEqualTo(prompts.get(2).caption());
        assertThat(new HashSet<>(prompts)).hasSize(15);
    }

    @Test
    void shouldTakeFourRealImagesForEachPromptAsFarAsThereAre() {
        assertThat(new PromptDraw(10, 5).realImages(2)).hasSize(8).doesNotHaveDuplicates();
        assertThat(new PromptDraw(10, 5).realImages(3)).hasSize(10).doesNotHaveDuplicates();
    }
}
