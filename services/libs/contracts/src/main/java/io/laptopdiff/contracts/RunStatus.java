package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.scoring.AdditivityCorrelation;
import io.laptopdiff.contracts.status.RunState;
import io.laptopdiff.contracts.status.StageProgress;
import io.laptopdiff.contracts.status.VariantStatus;
import java.time.Instant;
import java.util.List;

/**
 * The whole state of one run, folded from all its events.
 *
 * @param occurredAt when the newest event folded into it occurred
 * @param requestedAt absent while the request itself has not been seen
 * @param spec absent while the request itself has not been seen
 * @param state of the whole run
 * @param cancelRequested someone wanted it to stop
 * @param scoring in slices; absent before it starts
 * @param variants in the order of the request
 * @param failures of the run and its variants, oldest first
 * @param scoringStable whether the plans had become stable when sampling ended; absent before
 * @param additivity what the audit found; empty before it, and where none was asked for
 * @param notes what of the teacher's files is corrected or ignored, a sentence each; empty before
 *     they are read, and where all is taken as it stands
 */
public record RunStatus(
        String runId,
        Instant occurredAt,
        @MayBeAbsent Instant requestedAt,
        @MayBeAbsent RunSpec spec,
        RunState state,
        @Default("false") boolean cancelRequested,
        @MayBeAbsent StageProgress scoring,
        List<VariantStatus> variants,
        List<StageFailed> failures,
        @MayBeAbsent Boolean scoringStable,
        @Default("[]") List<AdditivityCorrelation> additivity,
        @Default("[]") List<String> notes)
        implements Message {
    public RunStatus {
        Require.name("runId", runId);
        Require.present("occurredAt", occurredAt);
        Require.present("state", state);
        variants = Require.list("variants", variants);
        failures = Require.list("failures", failures);
        additivity = Require.list("additivity", additivity);
        notes = Require.list("notes", notes);
    }

    /** Makes the status of a run before sampling is settled and audited. */
    public RunStatus(
            String runId,
            Instant occurredAt,
            Instant requestedAt,
            RunSpec spec,
            RunState state,
            boolean cancelRequested,
            StageProgress scoring,
            List<VariantStatus> variants,
            List<StageFailed> failures) {
        this(
                runId,
                occurredAt,
                requestedAt,
                spec,
                state,
                cancelRequested,
                scoring,
                variants,
                failures,
                null,
                List.of(),
                List.of());
    }

    @Override
    public String topic() {
        return Topics.RUN_STATUS;
    }

    @Override
    public String id() {
        return runId + "/status";
    }
}
