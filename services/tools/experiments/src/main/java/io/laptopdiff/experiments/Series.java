package io.laptopdiff.experiments;

import io.laptopdiff.contracts.Message;
import io.laptopdiff.experiments.design.Experiment;
import io.laptopdiff.experiments.design.Material;
import io.laptopdiff.experiments.outcome.Outcome;
import io.laptopdiff.experiments.outcome.OutcomeOfEvents;
import io.laptopdiff.experiments.outcome.Outcomes;
import io.laptopdiff.experiments.outcome.VariantOutcome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Experiments one after the other; those whose outcome is there are not run again. */
public final class Series {
    private final Runs runs;
    private final Outcomes outcomes;
    private final Path started;
    private final PrintStream out;

    /**
     * @param started directory of the ids of runs that were begun, so that a run goes on that a
     *     kill left in the middle
     */
    public Series(Runs runs, Outcomes outcomes, Path started, PrintStream out) {
        this.runs = runs;
        this.outcomes = outcomes;
        this.started = started;
        this.out = out;
    }

    /**
     * Runs what has no outcome yet.
     *
     * @return how many experiments have a variant that failed
     * @throws IOException if the gateway or the disk fails
     */
    public int run(List<Experiment> experiments, Material material)
            throws IOException, InterruptedException {
        int failed = 0;
        for (int e = 0; e < experiments.size(); e++) {
            Experiment experiment = experiments.get(e);
            String name = experiment.name();
            String digest = Outcomes.digest(experiment, material);
            String where = "%s (%d of %d)".formatted(name, e + 1, experiments.size());
            if (outcomes.has(name, digest)) {
                out.println(where + ": its outcome is there");
                continue;
            }
            out.println(where + ": " + experiment.spec().variants().size() + " variants");
            Outcome outcome =
                    new OutcomeOfEvents(events(experiment, digest))
                            .of(experiment, digest, Machine.describe());
            List<String> failures =
                    outcome.variants().stream()
                            .map(VariantOutcome::failure)
                            .filter(Objects::nonNull)
                            .distinct()
                            .toList();
            failures.forEach(failure -> out.println("  failed: " + failure));
            if (!failures.isEmpty()) {
                failed++;
                Files.delete(note(experiment, digest)); // the next attempt is another run
            }
            outcomes.keep(outcome);
            out.printf("%s: ended after %.0f s%n", where, outcome.seconds());
        }
        return failed;
    }

    private List<Message> events(Experiment experiment, String digest)
            throws IOException, InterruptedException {
        Path note = note(experiment, digest);
        if (Files.exists(note)) {
            Optional<List<Message>> events = runs.follow(Files.readString(note));
            if (events.isPresent()) {
                return events.get();
            }
        }
        String runId = runs.create(experiment.spec());
        Files.createDirectories(started);
        Files.writeString(note, runId);
        return runs.follow(runId)
                .orElseThrow(
                        () ->
                                new IOException(
                                        "the gateway does not know the run "
                                                + runId
                                                + " that it has just taken"));
    }

    private Path note(Experiment experiment, String digest) {
        return started.resolve(experiment.name() + "-" + digest);
    }
}
