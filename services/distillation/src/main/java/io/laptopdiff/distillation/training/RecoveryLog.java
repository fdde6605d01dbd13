package io.laptopdiff.distillation.training;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.distillation.CandidateRecovery;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.json.Require;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * How far a competition of candidates is.
 *
 * @param job fingerprint of what is trained and how
 * @param done the candidates so far, in their order; none of them is taken yet
 */
record RecoveryLog(String job, List<CandidateRecovery> done) {
    static final String NAME = "recovery.json";

    RecoveryLog {
        Require.text("job", job);
        done = Require.list("done", done);
    }

    /** Returns what was kept; empty where there is nothing, nothing readable, or another job's. */
    static RecoveryLog read(Path file, String job) {
        try {
            RecoveryLog log = Json.read(Files.readAllBytes(file), RecoveryLog.class);
            if (log.job().equals(job)) {
                return log;
            }
        } catch (IOException | InvalidMessageException e) {
            // The competition is short: it is held again.
        }
        return new RecoveryLog(job, List.of());
    }

    void write(ArtifactStore store, Path file) {
        store.write(file, Json.writePretty(this).getBytes(StandardCharsets.UTF_8));
    }

    RecoveryLog with(int steps, OptionalDouble loss) {
        List<CandidateRecovery> more = new ArrayList<>(done);
        more.add(new CandidateRecovery(steps, loss.isPresent() ? loss.getAsDouble() : null, false));
        return new RecoveryLog(job, more);
    }

    /** Returns the candidates with the best marked, the first of equals; absent if all diverged. */
    Optional<List<CandidateRecovery>> decided() {
        int best = -1;
        for (int i = 0; i < done.size(); i++) {
            Double loss = done.get(i).outputLoss();
            if (loss != null && (best < 0 || loss < done.get(best).outputLoss())) {
                best = i;
            }
        }
        if (best < 0) {
            return Optional.empty();
        }
        List<CandidateRecovery> marked = new ArrayList<>(done);
        marked.set(
                best,
                new CandidateRecovery(done.get(best).steps(), done.get(best).outputLoss(), true));
        return Optional.of(marked);
    }

    static OptionalInt indexOfTaken(List<CandidateRecovery> recoveries) {
        return IntStream.range(0, recoveries.size())
                .filter(i -> recoveries.get(i).taken())
                .findFirst();
    }
}
