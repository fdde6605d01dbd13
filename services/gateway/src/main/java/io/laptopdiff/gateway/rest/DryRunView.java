package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.gateway.runs.DryRun;
import io.laptopdiff.gateway.runs.RunForecast;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What would become of a request.
 *
 * @param valid it would be taken in
 * @param problems everything that is wrong with it
 * @param preview what would be planned; absent where something is wrong, or the gateway does not
 *     see the teacher
 * @param estimate what it takes of the machine; absent where the gateway does not know it
 */
@Schema(name = "DryRun")
record DryRunView(
        boolean valid,
        List<Problem.FieldError> problems,
        @MayBeAbsent RunForecast.Preview preview,
        @MayBeAbsent RunForecast.Estimate estimate) {

    static DryRunView of(DryRun run) {
        List<Problem.FieldError> problems = new ArrayList<>(Problem.FieldError.of(run.problems()));
        RunForecast forecast = run.forecast();
        if (forecast != null && !forecast.fits()) {
            problems.add(new Problem.FieldError(forecast.problem(), "#"));
        }
        return new DryRunView(
                run.valid(),
                problems,
                forecast == null ? null : forecast.preview(),
                forecast == null ? null : forecast.estimate());
    }
}
