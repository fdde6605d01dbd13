package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.estimation.check.RunCheck;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The check of a run, and what it is expected to tell. */
final class Checks {

    private Checks() {}

    /** Returns the check of a worker that knows the files of this machine, and no earlier run. */
    static RunCheck fetching() {
        return RunCheck.fetching(
                Artifacts.ofFiles(), new ArtifactStore(Path.of("target", "no-runs")));
    }

    static StageException refusal(RunSpec spec) {
        return refusal(() -> fetching().check(spec));
    }

    static StageException refusal(ThrowingCallable check) {
        RuntimeException thrown = catchThrowableOfType(RuntimeException.class, check);
        assertThat(thrown).isNotNull();
        return StageException.of(thrown, Stage.SCORING, "test");
    }

    static void assertTells(StageException failure, String what, String where, String howToFix) {
        assertThat(failure.what()).contains(what);
        assertThat(failure.where()).contains(where);
        assertThat(failure.howToFix()).contains(howToFix);
    }
}
