package io.laptopdiff.evaluation.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetrievalAccuracyTest {

    /** Unit vectors, one direction for each. */
    private static float[][] axes(int count) {
        float[][] axes = new float[count][count];
        for (int i = 0; i < count; i++) {
            axes[i][i] = 1;
        }
        return axes;
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(i -> "caption " + i).toList();
    }

    @Test
    void shouldMatchImagesThatPointWhereTheirCaptionsPoint() {
        assertThat(RetrievalAccuracy.each(axes(40), axes(40), texts(40))).containsOnly(true);
    }

    @Test
    void shouldCountOnlyImagesThatFitTheirOwnCaptionBest() {
        float[][] images = axes(3);
        images[1] = new float[] {2, 1, 0};

        assertThat(RetrievalAccuracy.each(images, axes(3), texts(3)))
                .containsExactly(true, false, true);
    }

    @Test
    void shouldCountTiesAgainstTheImage() {
        float[][] alike = new float[20][20];
        for (float[] image : alike) {
            image[0] = 1;
            image[1] = 1;
        }

        // Equally near to the captions 0 and 1, and to none of the others.
        assertThat(RetrievalAccuracy.each(alike, axes(20), texts(20))).containsOnly(false);
    }

    @Test
    void shouldDealImagesToGroupsOfSixteenDistinctCaptions() {
        List<String> texts = IntStream.range(0, 40).mapToObj(i -> "caption " + i % 20).toList();

        List<List<Integer>> groups = RetrievalAccuracy.groups(texts);

        assertThat(groups)
                .hasSize(3)
                .allSatisfy(
                        group -> {
                            assertThat(group).hasSizeLessThanOrEqualTo(16);
                            assertThat(new HashSet<>(group.stream().map(texts::get).toList()))
                                    .hasSameSizeAs(group);
                        });
        assertThat(groups.stream().flatMap(List::stream).toList())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 40).boxed().toList());
    }

    @Test
    void shouldCompareTheLastGroupWithSixteenCaptionsToo() {
        float[][] images = axes(17);
        images[16] =
                axes(17)[3]; // draws what caption 3 says, which is no member of its group of one

        assertThat(RetrievalAccuracy.each(images, axes(17), texts(17))[16]).isFalse();
    }

    @Test
    void shouldNotHoldAnEqualCaptionAgainstAnImage() {
        float[][] images = {{1, 0}, {1, 0}, {0, 1}};
        float[][] captions = {{1, 0}, {1, 0}, {0, 1}};

        assertThat(RetrievalAccuracy.each(images, captions, List.of("red", "red", "blue")))
                .containsOnly(true);
    }
}
