package io.laptopdiff.distillation.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.artifacts.VariantLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochTest {

    @TempDir Path directory;

    @Test
    void shouldReplaceWhoeverHadTheVariant() {
        VariantLayout variant = new VariantLayout(directory);
        Epoch first = Epoch.claim(variant);
        assertThat(first.number()).isEqualTo(1);
        assertThat(first.isReplaced()).isFalse();

        Epoch second = Epoch.claim(variant);
        assertThat(second.number()).isEqualTo(2);
        assertThat(second.isReplaced()).isFalse();
        assertThat(first.isReplaced()).isTrue();
    }

    @Test
    void shouldLetExactlyOneOfManyWorkersHoldTheVariant() {
        VariantLayout variant = new VariantLayout(directory);
        List<Epoch> epochs =
                IntStream.range(0, 32).parallel().mapToObj(i -> Epoch.claim(variant)).toList();
        assertThat(epochs)
                .extracting(Epoch::number)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 32).mapToObj(i -> (long) i).toList());
        assertThat(epochs.stream().filter(epoch -> !epoch.isReplaced()))
                .extracting(Epoch::number)
                .containsExactly(32L);
    }
}
