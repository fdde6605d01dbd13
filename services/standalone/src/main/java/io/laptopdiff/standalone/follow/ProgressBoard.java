package io.laptopdiff.standalone.follow;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.status.StageProgress;
import io.laptopdiff.contracts.status.VariantState;
import io.laptopdiff.contracts.status.VariantStatus;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A bar per stage and variant with the time left: redrawn in place on a terminal, a line per tenth
 * elsewhere.
 */
final class ProgressBoard {

    private static final int WIDTH = 30;

    private static final String UP = "\u001b[%dA";
    private static final String CLEAR_LINE = "\u001b[2K";

    /** A line that wraps would be two, and the cursor would go up by too few. */
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";

    private final PrintWriter out;
    private final boolean terminal;
    private final Map<String, String> shown = new LinkedHashMap<>();
    private int drawnLines;

    ProgressBoard(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void show(RunStatus status) {
        List<Bar> bars = bars(status);
        if (terminal) {
            redraw(bars);
        } else {
            report(bars);
        }
    }

    private static List<Bar> bars(RunStatus status) {
        List<Bar> bars = new ArrayList<>();
        bars.add(new Bar("score layers", status.scoring(), ""));
        long planned = status.variants().stream().filter(v -> v.plan() != null).count();
        long variants = Math.max(1, status.variants().size());
        bars.add(new Bar("plan", new StageProgress(planned, variants, null), ""));
        for (VariantStatus variant : status.variants()) {
            String note =
                    variant.losses() == null
                            ? ""
                            : String.format(Locale.ROOT, "loss %.4f", total(variant));
            bars.add(new Bar("distil " + variant.name(), variant.distillation(), note));
        }
        for (VariantStatus variant : status.variants()) {
            String phase =
                    variant.state() == VariantState.EVALUATING ? variant.evaluationPhase() : null;
            bars.add(
                    new Bar(
                            "evaluate " + variant.name(),
                            variant.evaluation(),
                            phase == null ? "" : phase));
        }
        return bars;
    }

    private static double total(VariantStatus variant) {
        return variant.losses().total();
    }

    private void redraw(List<Bar> bars) {
        StringBuilder text = new StringBuilder(NO_WRAP);
        if (drawnLines > 0) {
            text.append(UP.formatted(drawnLines));
        }
        bars.forEach(bar -> text.append(CLEAR_LINE).append(bar.line()).append('\n'));
        out.print(text.append(WRAP));
        out.flush();
        drawnLines = bars.size();
    }

    private void report(List<Bar> bars) {
        for (Bar bar : bars) {
            String tenth = bar.progress() == null ? "" : Integer.toString((int) (bar.share() * 10));
            if (!tenth.isEmpty() && !tenth.equals(shown.put(bar.label(), tenth))) {
                out.println(bar.line());
            }
        }
        out.flush();
    }

    /** One line; no progress means that the stage has not begun. */
    private record Bar(String label, StageProgress progress, String note) {

        double share() {
            return progress == null ? 0 : (double) progress.done() / progress.total();
        }

        String line() {
            int full = (int) Math.round(share() * WIDTH);
            String bar = "#".repeat(full) + ".".repeat(WIDTH - full);
            String count = progress == null ? "waiting" : progress.done() + "/" + progress.total();
            return String.format(
                            Locale.ROOT,
                            "  %-26s [%s] %3.0f%%  %-10s %-12s %s",
                            label,
                            bar,
                            share() * 100,
                            count,
                            left(),
                            note)
                    .stripTrailing();
        }

        private String left() {
            if (progress == null || progress.complete() || progress.secondsLeft() == null) {
                return "";
            }
            long seconds = Math.round(progress.secondsLeft());
            return seconds >= 60
                    ? (seconds / 60) + "m" + (seconds % 60) + "s left"
                    : seconds + "s left";
        }
    }
}
