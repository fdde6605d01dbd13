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
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A bar per stage and variant with the time left: redrawn in place on a terminal; elsewhere a line
 * per tenth, and a line every few seconds in which there was none.
 */
final class ProgressBoard {

    private static final int WIDTH = 30;

    private static final String UP = "\u001b[%dA";
    private static final String CLEAR_LINE = "\u001b[2K";

    /** A line that wraps would be two, and the cursor would go up by too few. */
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";

    /**
     * The longest quiet: nobody is left without a word for longer, give or take the time between
     * two looks.
     */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(4);

    /**
     * The part of a run's time, one in so many, that a silence may last, so that a run of days does
     * not fill a log: 10 s in an hour.
     */
    private static final long QUIET_SHARE = 360;

    private final PrintWriter out;
    private final boolean terminal;
    private final LongSupplier clock;
    private final long begin;
    private final Map<String, String> tenths = new LinkedHashMap<>();
    private final Map<String, String> lines = new LinkedHashMap<>();
    private long lastLine;
    private int drawnLines;

    ProgressBoard(PrintWriter out, boolean terminal) {
        this(out, terminal, System::nanoTime);
    }

    /**
     * A board by another clock.
     *
     * @param clock tells nanoseconds
     */
    ProgressBoard(PrintWriter out, boolean terminal, LongSupplier clock) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
        this.begin = clock.getAsLong();
        this.lastLine = begin;
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

    /** The last line moves even while no stage does. */
    private void redraw(List<Bar> bars) {
        StringBuilder text = new StringBuilder(NO_WRAP);
        if (drawnLines > 0) {
            text.append(UP.formatted(drawnLines));
        }
        bars.forEach(bar -> text.append(CLEAR_LINE).append(bar.line()).append('\n'));
        long seconds = TimeUnit.NANOSECONDS.toSeconds(clock.getAsLong() - begin);
        text.append(CLEAR_LINE)
                .append("  watched for %d:%02d minutes%n".formatted(seconds / 60, seconds % 60));
        out.print(text.append(WRAP));
        out.flush();
        drawnLines = bars.size() + 1;
    }

    private void report(List<Bar> bars) {
        for (Bar bar : bars) {
            String tenth = bar.progress() == null ? "" : Integer.toString((int) (bar.share() * 10));
            if (!tenth.isEmpty() && !tenth.equals(tenths.put(bar.label(), tenth))) {
                print(bar);
            }
        }
        long now = clock.getAsLong();
        if (now - lastLine >= Math.max(QUIET_NANOS, (now - begin) / QUIET_SHARE)) {
            List<Bar> ahead = bars.stream().filter(bar -> !bar.complete()).toList();
            List<Bar> moved =
                    ahead.stream()
                            .filter(bar -> bar.progress() != null)
                            .filter(bar -> !bar.line().equals(lines.get(bar.label())))
                            .toList();
            (moved.isEmpty() ? ahead.stream().limit(1) : moved.stream()).forEach(this::print);
        }
        out.flush();
    }

    private void print(Bar bar) {
        out.println(bar.line());
        lines.put(bar.label(), bar.line());
        lastLine = clock.getAsLong();
    }

    /** One line; no progress means that the stage has not begun. */
    private record Bar(String label, StageProgress progress, String note) {

        boolean complete() {
            return progress != null && progress.complete();
        }

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
