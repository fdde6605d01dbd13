package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.run.GateSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The gates of a run: what it says a student must not lose. */
final class Gates {

    private Gates() {}

    /** Scores whose gate stays shut; so does the gate of a decline that cannot be told. */
    static List<String> failed(List<GateSpec> gates, Map<String, Decline> declines) {
        return gates.stream()
                .filter(gate -> !passes(gate, declines.get(gate.score())))
                .map(GateSpec::score)
                .distinct()
                .toList();
    }

    private static boolean passes(GateSpec gate, Decline decline) {
        return decline != null && decline.percent() <= gate.maximumDeclinePercent();
    }

    /** The failure of the variant, if a gate is shut; names the report that lies there. */
    static Optional<StageException> failure(
            List<GateSpec> gates, Map<String, Decline> declines, String report) {
        List<String> texts =
                gates.stream()
                        .filter(gate -> !passes(gate, declines.get(gate.score())))
                        .map(gate -> text(gate, declines.get(gate.score())))
                        .toList();
        return texts.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new StageException(
                                String.join("; ", texts),
                                "evaluation.gates; the report lies at " + report,
                                "Distil for more steps, ask for a smaller ratio, or allow a larger"
                                        + " decline."));
    }

    private static String text(GateSpec gate, Decline decline) {
        return decline == null
                ? String.format(
                        Locale.ROOT,
                        "The decline of %s cannot be told, for the teacher's mean is not above 0;"
                                + " at most %.2f %% is allowed",
                        gate.score(),
                        gate.maximumDeclinePercent())
                : String.format(
                        Locale.ROOT,
                        "%s declined by %.2f %% (95 %% interval %.2f to %.2f); at most %.2f %% is"
                                + " allowed",
                        gate.score(),
                        decline.percent(),
                        decline.low(),
                        decline.high(),
                        gate.maximumDeclinePercent());
    }
}
