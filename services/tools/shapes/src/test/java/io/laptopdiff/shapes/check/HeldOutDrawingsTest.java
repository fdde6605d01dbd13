package io.laptopdiff.shapes.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HeldOutDrawingsTest {

    @Test
    void shouldHaveNoCaptionTwiceInAGroup() {
        HeldOutDrawings heldOut = HeldOutDrawings.of(99, 256, 16);

        assertThat(heldOut.images()).hasSize(256);
        for (int from = 0; from < 256; from += 16) {
            List<String> group = heldOut.captions().subList(from, from + 16);
            assertThat(group).doesNotHaveDuplicates();
        }
    }
}
