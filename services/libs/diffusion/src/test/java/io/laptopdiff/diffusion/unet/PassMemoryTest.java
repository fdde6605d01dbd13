package io.laptopdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** SD-v1.5 at 64x64 latents, against what was counted by hand. */
class PassMemoryTest {

    private static final int LATENT = 64;
    private static final long PARAMETERS = 859_520_964;
    private static final UNetLayout SD15 = sd15();

    private final PassMemory full = new PassMemory(SD15, LATENT, LATENT, false);
    private final PassMemory half = new PassMemory(SD15, LATENT, LATENT, true);

    private static UNetLayout sd15() {
        Path file = Path.of("src/test/resources/golden/full-size/sd15.json");
        return UNetLayout.of(
                UNetConfig.of((ObjectNode) GoldenFiles.json(file).get("config"), file));
    }

    private static List<Set<String>> units() {
        return SD15.units().stream().map(unit -> Set.of(unit.path())).toList();
    }

    @Test
    void shouldCountTheWeights() {
        assertThat(full.weights()).isEqualTo(4 * PARAMETERS);
        assertThat(half.weights()).isEqualTo(2 * PARAMETERS);
    }

    /** Fullest is up_blocks.1.resnets.0, for whose kernel the library makes an order of its own. */
    @Test
    void shouldCountTheFullestLayer() {
        long skips = 3 * 320 * 64 * 64 + (320 + 2 * 640) * 32 * 32 + (640 + 2 * 1280) * 16 * 16;
        long hidden = 1280 * 16 * 16;
        long joined = 2560 * 16 * 16;
        long normed = joined;
        long convolution = joined + 2 * hidden + 9L * 2560 * 1280;
        long output = 4 * LATENT * LATENT;
        double bytes = 4.0 * (skips + hidden + joined + normed + convolution + output);
        assertThat(full.pass(1)).isCloseTo((long) (1.1 * bytes), within(2L));
    }

    @Test
    void shouldGrowWithWhatIsComputedAtOnce() {
        long alone = full.sweep(1, 1, units());
        assertThat(full.sweep(2, 1, units())).isCloseTo(2 * alone, within(4L));
        assertThat(full.sweep(1, 4, units())).isGreaterThan(alone);
        assertThat(full.sweep(1, 8, units())).isGreaterThan(full.sweep(1, 4, units()));
        assertThat(half.sweep(1, 8, units())).isLessThan(full.sweep(1, 8, units()));
    }
}
