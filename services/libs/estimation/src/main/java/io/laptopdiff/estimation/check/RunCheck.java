package io.laptopdiff.estimation.check;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.RunSpec;
import java.util.List;

/**
 * Reads whatever any stage of a run will read, before the first of them computes: every config,
 * tokenizer, sampler, scorer, prompt list and caption, the headers of all weights, an image of each
 * data set and every image of the held-out one. The dry run, the dashboard's form, {@code estimate}
 * and the run itself all use this check, so that they agree. It needs no engine. What it does not
 * read is the weights' numbers, which the run reads as its first step.
 *
 * <p>It may be used by several threads at once.
 */
public final class RunCheck {

    private final Artifacts artifacts;
    private final ArtifactStore store;
    private final boolean fetches;

    private RunCheck(Artifacts artifacts, ArtifactStore store, boolean fetches) {
        this.artifacts = artifacts;
        this.store = store;
        this.fetches = fetches;
    }

    /**
     * Makes a check for workers, who fetch remote models and ask whether remote data is there.
     *
     * @param store holds what earlier runs left, which a retry uses
     */
    public static RunCheck fetching(Artifacts artifacts, ArtifactStore store) {
        return new RunCheck(artifacts, store, true);
    }

    /**
     * Makes a check for those who ask on behalf of others, and contact nobody: what is remote is
     * left to the workers.
     *
     * @param store holds what earlier runs left, which a retry uses
     */
    public static RunCheck ofThisMachine(Artifacts artifacts, ArtifactStore store) {
        return new RunCheck(artifacts, store, false);
    }

    /**
     * Returns everything that is wrong, in the order of the request's fields; empty if nothing is.
     */
    public List<Finding> findings(RunSpec spec) {
        return read(spec).findings();
    }

    /**
     * Sums up the teacher of a run that can begin.
     *
     * @throws StageException the first of the {@link #findings}
     * @throws IllegalStateException if the teacher is remote and this check does not fetch
     */
    public TeacherSummary check(RunSpec spec) {
        RunReading reading = read(spec);
        if (!reading.findings().isEmpty()) {
            throw reading.findings().get(0).cause();
        }
        return reading.teacher()
                .orElseThrow(() -> new IllegalStateException("remote: " + spec.teacher()));
    }

    private RunReading read(RunSpec spec) {
        RunReading reading =
                new RunReading(spec, artifacts, EarlierResults.of(spec, store), fetches);
        reading.read();
        return reading;
    }
}
