package io.laptopdiff.experiments.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.experiments.design.Material;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomesTest {
    @TempDir Path home;

    private static String digest(Path directory, String weights, long seed) throws IOException {
        Material material = Requests.material(directory, weights);
        return Outcomes.digest(Requests.experiment("g", seed, material), material);
    }

    @Test
    void shouldKnowARequestByWhatItAsksAndTheWeightsNotByItsDirectories() throws IOException {
        String digest = digest(home.resolve("a"), "w", 0);
        assertThat(digest(home.resolve("b"), "w", 0)).isEqualTo(digest);
        assertThat(digest(home.resolve("c"), "v", 0)).isNotEqualTo(digest);
        assertThat(digest(home.resolve("d"), "w", 1)).isNotEqualTo(digest);
    }

    @Test
    void shouldReadWhatItWrote() throws IOException {
        Material material = Requests.material(home, "w");
        var experiment = Requests.experiment("g", 0, material);
        Outcome outcome =
                new OutcomeOfEvents(TinyRun.events(experiment, 5)).of(experiment, "d", "m");
        Outcomes outcomes = new Outcomes(home.resolve("out"));
        outcomes.keep(outcome);

        assertThat(outcomes.find("g-seed-0")).contains(outcome);
        assertThat(outcomes.has("g-seed-0", "d")).isTrue();
        assertThat(outcomes.has("g-seed-0", "other")).isFalse();
        assertThat(outcomes.find("g-seed-1")).isEmpty();
        assertThat(home.resolve("out")).isDirectoryContaining("glob:**/g-seed-0.json");
        assertThat(home.resolve("out")).isDirectoryNotContaining("glob:**.part");
    }
}
