package io.laptopdiff.gateway.runs;

import io.laptopdiff.contracts.json.MayBeAbsent;
import java.util.List;

/**
 * What would become of a request.
 *
 * @param valid it would be taken in
 * @param problems everything that is wrong with it
 * @param forecast absent where something is wrong, or where the gateway does not know the machine
 */
public record DryRun(
        boolean valid, List<FieldProblem> problems, @MayBeAbsent RunForecast forecast) {}
