package io.laptopdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MacCounterTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final UNetLayout SD15 = sd15();
    private static final UNetLayout TINY =
            UNetLayout.of(UNetConfig.read(GOLDEN.resolve("unet/sd15-tiny")));

    private static UNetLayout sd15() {
        Path file = GOLDEN.resolve("full-size/sd15.json");
        return UNetLayout.of(
                UNetConfig.of((ObjectNode) GoldenFiles.json(file).get("config"), file));
    }

    /** Figures given to the project from a count outside of this code, in G, to two decimals. */
    @Test
    void shouldCountAPassOfSd15OfKnownCost() {
        Macs macs = MacCounter.count(SD15, 64, 64, 77, Set.of());
        assertThat(macs.convolution() / 1e9).isCloseTo(221.97, within(0.005));
        assertThat(macs.linear() / 1e9).isCloseTo(116.64, within(0.005));
        assertThat(macs.attention() / 1e9).isCloseTo(63.03, within(0.005));
        assertThat(macs.total()).isEqualTo(macs.convolution() + macs.linear() + macs.attention());
    }

    /** 16 channels, 8x8 latent, 5 tokens of width 24, time embedding of 64. */
    @Test
    void shouldCountSmallLayersAsByHand() {
        Map<String, Macs> macs = MacCounter.byLayer(TINY, 8, 8, 5, Set.of());
        assertThat(macs.get("conv_in")).isEqualTo(new Macs(4 * 16 * 9 * 64, 0, 0));
        assertThat(macs.get("time_embedding")).isEqualTo(new Macs(0, 16 * 64 + 64 * 64, 0));
        assertThat(macs.get("down_blocks.0.resnets.0"))
                .isEqualTo(new Macs(2 * 16 * 16 * 9 * 64, 64 * 16, 0));
        assertThat(macs.get("down_blocks.0.attentions.0"))
                .isEqualTo(new Macs(2 * 16 * 16 * 64, 0, 0));
        // six square projections, the feed-forward's 16 to 128 and 64 to 16, and the text's keys
        // and values
        assertThat(macs.get("down_blocks.0.attentions.0.transformer_blocks.0"))
                .isEqualTo(
                        new Macs(
                                0,
                                64 * (6 * 16 * 16 + 16 * 128 + 64 * 16) + 5 * 2 * 24 * 16,
                                2 * 16 * 64 * (64 + 5)));
        assertThat(macs.get("down_blocks.0.downsamplers.0"))
                .isEqualTo(new Macs(16 * 16 * 9 * 16, 0, 0));
    }

    @Test
    void shouldFollowSizesThatAreNoMultipleOfTheDownsampling() {
        Map<String, Macs> macs = MacCounter.byLayer(TINY, 9, 5, 5, Set.of());
        // 9x5, 5x3, 3x2, 2x1; the way up takes the sizes of the skips
        assertThat(macs.get("down_blocks.2.downsamplers.0").convolution())
                .isEqualTo(32 * 32 * 9 * 2);
        assertThat(macs.get("up_blocks.0.upsamplers.0").convolution()).isEqualTo(32 * 32 * 9 * 6);
        assertThat(macs.get("up_blocks.1.upsamplers.0").convolution()).isEqualTo(32 * 32 * 9 * 15);
        assertThat(macs.get("up_blocks.2.upsamplers.0").convolution()).isEqualTo(16 * 16 * 9 * 45);
        assertThat(macs.get("conv_out").convolution()).isEqualTo(16 * 4 * 9 * 45);
    }

    @Test
    void shouldLeaveOnlyTheSkipPathOfWhatIsRemoved() {
        String resnet = "up_blocks.3.resnets.0"; // 32 channels in, 16 out
        String block = "down_blocks.0.attentions.0.transformer_blocks.0";
        Map<String, Macs> macs = MacCounter.byLayer(TINY, 8, 8, 5, List.of(resnet, block));
        assertThat(macs.get(resnet)).isEqualTo(new Macs(32 * 16 * 64, 0, 0));
        assertThat(macs.get(block)).isEqualTo(Macs.NONE);
        assertThat(macs.get("down_blocks.0.attentions.0")).isEqualTo(Macs.NONE);
    }

    @Test
    void shouldRefuseWhatIsNoUnit() {
        assertThatThrownBy(() -> MacCounter.count(TINY, 8, 8, 5, Set.of("conv_in")))
                .hasMessageContaining("'conv_in' is no unit");
    }

    /** The last unit's rest is the exit of its transformer and conv_out, the first's nearly all. */
    @Test
    void shouldCountTheLeastOfASweepAsByHand() {
        Macs whole = MacCounter.count(TINY, 8, 8, 5, Set.of());
        Map<String, Macs> macs = MacCounter.byLayer(TINY, 8, 8, 5, Set.of());
        List<Unit> units = TINY.units();
        String last = units.get(units.size() - 1).path();
        Macs rest = macs.get("conv_out"); // the only block of a transformer goes with all of it
        assertThat(MacCounter.leastOfSweep(TINY, 8, 8, 5, List.of(Set.of(last))))
                .isEqualTo(whole.plus(rest));

        String first = units.get(0).path();
        Macs without = MacCounter.count(TINY, 8, 8, 5, Set.of(first));
        long before = macs.get("conv_in").total() + macs.get("time_embedding").total();
        long both =
                MacCounter.leastOfSweep(TINY, 8, 8, 5, List.of(Set.of(first), Set.of(last)))
                        .total();
        assertThat(both)
                .isEqualTo(
                        2 * whole.total()
                                - before
                                - (whole.total() - without.total())
                                + rest.total());
    }
}
