package io.laptopdiff.shapes.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.artifacts.Artifacts;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BuiltInPromptsTest {
    private static final long SEED = 20_240_417;

    /** No training saw them, and a run that draws held-out images itself asks for the same. */
    @Test
    void shouldBeTheFirstHeldOutCaptions() throws IOException {
        List<String> prompts = Files.readAllLines(Artifacts.ofFiles().file("builtin:shapes"));
        ShapesDataset heldOut = ShapesDataset.heldOut(SEED);

        assertThat(
                        LongStream.range(0, 2L * prompts.size())
                                .mapToObj(i -> heldOut.get(i).image().caption())
                                .distinct()
                                .limit(prompts.size()))
                .containsExactlyElementsOf(prompts);
        assertThat(prompts).allMatch(Split.HELD_OUT::owns);
    }
}
