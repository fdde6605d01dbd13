package io.laptopdiff.diffusion.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClipScoreTest {

    @Test
    void shouldBeAHundredTimesThePositiveCosine() {
        float[][] images = {{3, 4}, {30, 40}, {1, 0}, {1, 0}, {0, 0}};
        float[][] captions = {{4, 3}, {0.4f, 0.3f}, {-1, 0}, {5, 0}, {1, 1}};

        double[] scores = ClipScore.each(images, captions);

        // (3, 4) and (4, 3) have the cosine 24 / 25, whatever their lengths; what points away
        // scores 0, not less
        assertThat(scores).containsExactly(new double[] {96, 96, 0, 100, 0}, within(1e-5));
    }

    @Test
    void shouldRefuseImagesWithoutCaptions() {
        assertThatThrownBy(() -> ClipScore.each(new float[2][3], new float[1][3]))
                .hasMessageContaining("2 images and 1 captions");
        assertThatThrownBy(() -> ClipScore.each(new float[1][3], new float[1][2]))
                .hasMessageContaining("3 and 2 numbers");
    }
}
