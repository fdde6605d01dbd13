package io.laptopdiff.standalone.follow;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.run.GateSpec;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.status.VariantStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/** What students lost of the teacher's scores, and which gates that shut. */
public final class DeclineTable {

    private static final List<String> HEADER =
            List.of("decline", "score", "percent", "95 % interval", "allowed", "gate");

    private DeclineTable() {}

    /** Returns the table as text, empty where no student was compared. */
    public static String of(RunStatus status) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        for (VariantStatus variant : status.variants()) {
            TreeSet<String> scores = new TreeSet<>(variant.declines().keySet());
            scores.addAll(variant.gatesFailed());
            scores.forEach(score -> rows.add(row(variant, score, gate(status, score))));
        }
        return rows.size() == 1 ? "" : TextTable.of(rows);
    }

    private static List<String> row(VariantStatus variant, String score, Optional<GateSpec> gate) {
        Decline decline = variant.declines().get(score);
        boolean failed = variant.gatesFailed().contains(score);
        return List.of(
                variant.name(),
                score,
                decline == null ? "-" : format("%.2f", decline.percent()),
                decline == null
                        ? "-"
                        : format("%.2f", decline.low()) + " to " + format("%.2f", decline.high()),
                gate.map(g -> format("%.2f", g.maximumDeclinePercent())).orElse("-"),
                failed ? "FAILED" : gate.isPresent() ? "passed" : "-");
    }

    private static Optional<GateSpec> gate(RunStatus status, String score) {
        return Optional.ofNullable(status.spec()).stream()
                .map(RunSpec::evaluation)
                .filter(Objects::nonNull)
                .flatMap(evaluation -> evaluation.gates().stream())
                .filter(gate -> gate.score().equals(score))
                .findFirst();
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
