package io.laptopdiff.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.experiments.design.Experiment;
import io.laptopdiff.experiments.design.Material;
import io.laptopdiff.experiments.outcome.Outcomes;
import io.laptopdiff.experiments.outcome.Requests;
import io.laptopdiff.experiments.outcome.TinyRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesTest {
    @TempDir Path home;
    private Material material;
    private List<Experiment> experiments;
    private final Gateway gateway = new Gateway();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    /** Takes runs and answers at once; may break down or fail a run once. */
    private final class Gateway implements Runs {
        private final List<String> created = new ArrayList<>();
        private final List<String> followed = new ArrayList<>();
        private boolean breaksDown;
        private boolean fails;

        @Override
        public String create(RunSpec spec) {
            created.add("run-" + created.size());
            return created.get(created.size() - 1);
        }

        @Override
        public Optional<List<Message>> follow(String runId) throws IOException {
            followed.add(runId);
            if (breaksDown) {
                breaksDown = false;
                throw new IOException("killed");
            }
            if (fails) {
                fails = false;
                return Optional.of(TinyRun.failure());
            }
            return Optional.of(TinyRun.events(experiments.get(0), 5));
        }
    }

    @BeforeEach
    void setUp() throws IOException {
        material = Requests.material(home, "w");
        experiments =
                List.of(
                        Requests.experiment("g", 0, material),
                        Requests.experiment("h", 0, material));
    }

    private int run() throws IOException, InterruptedException {
        return new Series(
                        gateway,
                        new Outcomes(home.resolve("out")),
                        home.resolve("started"),
                        new PrintStream(said, true, StandardCharsets.UTF_8))
                .run(experiments, material);
    }

    @Test
    void shouldRunEachExperimentOnce() throws Exception {
        assertThat(run()).isZero();
        assertThat(run()).isZero();
        assertThat(gateway.created).hasSize(2);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("g-seed-0 (1 of 2): its outcome is there");
    }

    @Test
    void shouldRunItAgainWhenTheTeacherHasChanged() throws Exception {
        run();
        material = Requests.material(home, "other");
        run();
        assertThat(gateway.created).hasSize(4);
    }

    @Test
    void shouldGoOnWithTheRunThatAKillLeftInTheMiddle() throws Exception {
        gateway.breaksDown = true;
        assertThatThrownBy(this::run).hasMessage("killed");
        run();
        assertThat(gateway.created).hasSize(2);
        assertThat(gateway.followed).containsExactly("run-0", "run-0", "run-1");
    }

    @Test
    void shouldSayWhatFailedAndTryItAgainTheNextTime() throws Exception {
        gateway.fails = true;
        assertThat(run()).isEqualTo(1);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("failed: no disk (/data): Make room.");
        assertThat(run()).isZero();
        assertThat(gateway.created).hasSize(3);
    }
}
