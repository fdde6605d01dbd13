package io.laptopdiff.distillation.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.artifacts.ArtifactException;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.VariantLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochTest {

    @TempDir Path directory;
    private ArtifactStore store;
    private VariantLayout variant;

    @BeforeEach
    void openStore() {
        store = new ArtifactStore(directory);
        variant = store.run("r").variant("v");
    }

    @Test
    void shouldReplaceWhoeverHadTheVariant() {
        Epoch first = Epoch.claim(store, variant);
        assertThat(first.number()).isEqualTo(1);
        assertThat(first.isReplaced()).isFalse();

        Epoch second = Epoch.claim(store, variant);
        assertThat(second.number()).isEqualTo(2);
        assertThat(second.isReplaced()).isFalse();
        assertThat(first.isReplaced()).isTrue();
    }

    @Test
    void shouldLetExactlyOneOfManyWorkersHoldTheVariant() {
        List<Epoch> epochs =
                IntStream.range(0, 32)
                        .parallel()
                        .mapToObj(i -> Epoch.claim(store, variant))
                        .toList();
        assertThat(epochs)
                .extracting(Epoch::number)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 32).mapToObj(i -> (long) i).toList());
        assertThat(epochs.stream().filter(epoch -> !epoch.isReplaced()))
                .extracting(Epoch::number)
                .containsExactly(32L);
    }

    @Test
    void shouldCountWorkersThatVanishedInARow() {
        Epoch.claim(store, variant);
        Epoch second = Epoch.claim(store, variant);
        assertThat(second.vanished()).isEqualTo(1);
        second.survived();
        second.survived();
        Epoch.claim(store, variant);
        Epoch.claim(store, variant);
        assertThat(Epoch.claim(store, variant).vanished()).isEqualTo(2);
    }

    @Test
    void shouldNotTakeUpWhatWasDeleted() {
        store.deleteRun("r");
        assertThatThrownBy(() -> Epoch.claim(store, variant)).isInstanceOf(ArtifactException.class);
        assertThat(variant.directory()).doesNotExist();
    }
}
