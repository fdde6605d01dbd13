package io.laptopdiff.benchmarks.report;

import static io.laptopdiff.benchmarks.report.Texts.gigabytes;
import static io.laptopdiff.benchmarks.report.Texts.millions;
import static io.laptopdiff.benchmarks.report.Texts.percent;
import static io.laptopdiff.benchmarks.report.Texts.rate;
import static io.laptopdiff.benchmarks.report.Texts.ratio;
import static io.laptopdiff.benchmarks.report.Texts.seconds;
import static io.laptopdiff.benchmarks.report.Texts.small;
import static io.laptopdiff.benchmarks.report.Texts.times;

import io.laptopdiff.benchmarks.Figures;
import io.laptopdiff.benchmarks.Part;
import io.laptopdiff.benchmarks.measure.FullStep;
import io.laptopdiff.benchmarks.measure.HalfWidthStep;
import io.laptopdiff.benchmarks.measure.PassSpeed;
import io.laptopdiff.benchmarks.measure.PeerSpeed;
import io.laptopdiff.benchmarks.measure.SweepSpeed;
import io.laptopdiff.benchmarks.run.WholeRun;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** Figures turned into rows, part by part, beside what they should be. */
final class Sections {

    private static final double CEILING_SHARE = 0.6;
    private static final double BF16_GAIN = 1.6;
    private static final double BF16_ERROR = 2e-2;

    private static final double SWEEP_SHARE = 0.55;
    private static final double SWEEP_LEAST = 1.15;
    private static final double SWEEP_DIFFERENCE = 1e-5;

    private static final double OPTIMIZER_LEAST = 2;
    private static final double STEP_BYTES = 16e9;
    private static final double SDXL_BYTES = 22e9;
    private static final double ESTIMATE = 0.15;

    private Sections() {}

    static List<Row> of(Part part, Figures figures) {
        List<Row> rows = new ArrayList<>();
        switch (part) {
            case OPERATORS -> operators(figures, rows);
            case PASS -> pass(figures, rows);
            case SWEEP -> sweep(figures, rows);
            case HALF_WIDTH_STEP -> halfWidth(figures, rows);
            case FULL_STEP -> full(figures, rows);
            case PEER -> peer(figures, rows);
            case RUN -> run(figures, rows, Double.POSITIVE_INFINITY);
            case SDXL_PLANS -> run(figures, rows, SDXL_BYTES);
        }
        if (part != Part.FULL_STEP && part != Part.PEER && !part.isRun()) {
            rows.add(Row.of("peak resident memory", gigabytes(figures.value(Part.PEAK))));
        }
        return rows;
    }

    private static void operators(Figures figures, List<Row> rows) {
        figures.values()
                .forEach(
                        (name, value) -> {
                            if (!name.equals(Part.PEAK)) {
                                rows.add(
                                        Row.of(
                                                "`" + name.substring(0, name.indexOf(' ')) + "`",
                                                Texts.microseconds(value)));
                            }
                        });
    }

    private static void pass(Figures f, List<Row> rows) {
        double fp32 = f.value(PassSpeed.FP32);
        double bf16 = f.value(PassSpeed.BF16);
        double convolution = f.value(PassSpeed.CONVOLUTION);
        double macs =
                f.value(PassSpeed.CONVOLUTION_MACS)
                        + f.value(PassSpeed.LINEAR_MACS)
                        + f.value(PassSpeed.ATTENTION_MACS);
        rows.add(Row.of("3x3 convolution, fp32", rate(convolution)));
        rows.add(Row.of("matrix product, fp32", rate(f.value(PassSpeed.PRODUCT))));
        rows.add(Row.of("pass, fp32", seconds(fp32)));
        rows.add(Row.of("the same work at these rates", seconds(f.value(PassSpeed.LEAST))));
        double share = f.value(PassSpeed.LEAST) / fp32;
        rows.add(
                atLeast(
                        "share of that ceiling, fp32",
                        percent(share),
                        share,
                        CEILING_SHARE,
                        percent(CEILING_SHARE)));
        rows.add(
                Row.of(
                        "share of the convolution's rate alone, fp32",
                        percent(2 * macs / convolution / fp32)));
        rows.add(Row.of("pass, bf16", seconds(bf16)));
        rows.add(
                atLeast(
                        "bf16 faster than fp32",
                        times(fp32 / bf16),
                        fp32 / bf16,
                        BF16_GAIN,
                        times(BF16_GAIN)));
        double error = f.value(PassSpeed.ERROR);
        rows.add(
                atMost(
                        "error of bf16 against fp32, relative",
                        small(error),
                        error,
                        BF16_ERROR,
                        small(BF16_ERROR)));
    }

    private static void sweep(Figures f, List<Row> rows) {
        double naive = f.value(SweepSpeed.NAIVE);
        double sweep = f.value(SweepSpeed.SWEEP);
        double least = f.value(SweepSpeed.LEAST_SHARE);
        rows.add(
                Row.of(
                        "%.0f whole passes".formatted(f.value(SweepSpeed.UNITS) + 1),
                        seconds(naive)));
        rows.add(
                Row.of(
                        "sweep, %.0f removals together".formatted(f.value(SweepSpeed.TOGETHER)),
                        seconds(sweep)));
        rows.add(Row.of("sweep, one removal at a time", seconds(f.value(SweepSpeed.ALONE))));
        rows.add(
                atMost(
                        "sweep, share of the whole passes",
                        ratio(sweep / naive),
                        sweep / naive,
                        SWEEP_SHARE,
                        ratio(SWEEP_SHARE)));
        rows.add(Row.of("least share by prefix sharing alone, by MACs", ratio(least)));
        rows.add(
                atMost(
                        "sweep against that least",
                        times(sweep / naive / least),
                        sweep / naive / least,
                        SWEEP_LEAST,
                        times(SWEEP_LEAST)));
        double difference = f.value(SweepSpeed.DIFFERENCE);
        rows.add(
                atMost(
                        "largest difference of an output, relative",
                        small(difference),
                        difference,
                        SWEEP_DIFFERENCE,
                        small(SWEEP_DIFFERENCE)));
    }

    private static void halfWidth(Figures f, List<Row> rows) {
        rows.add(Row.of("parameters", millions(f.value(HalfWidthStep.PARAMETERS))));
        steps(f, rows);
        double step = f.value(HalfWidthStep.STEP);
        rows.add(Row.of("step", seconds(step)));
        rows.add(
                Row.of(
                        "memory bandwidth",
                        "%.1f GB/s".formatted(f.value(HalfWidthStep.BANDWIDTH) / 1e9)));
        double optimizer =
                f.value(HalfWidthStep.OPTIMIZER_ALONE) / f.value(HalfWidthStep.OPTIMIZER_LEAST);
        rows.add(
                atMost(
                        "optimizer against what its bytes cost",
                        times(optimizer),
                        optimizer,
                        OPTIMIZER_LEAST,
                        times(OPTIMIZER_LEAST)));
    }

    private static void full(Figures f, List<Row> rows) {
        rows.add(
                Row.of(
                        "parameters of the student",
                        millions(f.value(HalfWidthStep.PARAMETERS))
                                + ", ratio "
                                + ratio(f.value(FullStep.RATIO))));
        steps(f, rows);
        rows.add(Row.of("step", seconds(f.value(HalfWidthStep.STEP))));
        double peak = f.value(Part.PEAK);
        rows.add(
                atMost(
                        "peak resident memory",
                        gigabytes(peak),
                        peak,
                        STEP_BYTES,
                        gigabytes(STEP_BYTES)));
    }

    private static void peer(Figures f, List<Row> rows) {
        for (String figure : List.of(PeerSpeed.FP32, PeerSpeed.BF16, PeerSpeed.STEP)) {
            if (f.values().containsKey(PeerSpeed.PEER + figure)) {
                versus(f, figure, figure.replace(" seconds", ""), Texts::seconds, rows);
            }
        }
        versus(f, PeerSpeed.PASS_PEAK, "peak memory of the fp32 pass", Texts::gigabytes, rows);
    }

    private static void versus(
            Figures f, String figure, String what, DoubleFunction<String> text, List<Row> rows) {
        double ours = f.value(PeerSpeed.OURS + figure);
        double peer = f.value(PeerSpeed.PEER + figure);
        rows.add(
                new Row(
                        what + ", ours over PyTorch's",
                        "%.2f (%s over %s)"
                                .formatted(ours / peer, text.apply(ours), text.apply(peer)),
                        "at most 1.00",
                        ours <= peer));
    }

    /**
     * Estimates beside what was then measured.
     *
     * @param bytes that the process may occupy
     */
    private static void run(Figures f, List<Row> rows, double bytes) {
        List<String> stages = new ArrayList<>(WholeRun.STAGES);
        stages.add(WholeRun.ALL);
        for (String stage : stages) {
            if (f.values().containsKey(WholeRun.seconds(stage, false))) {
                rows.add(
                        estimated(
                                name(stage) + ", time",
                                f.value(WholeRun.seconds(stage, true)),
                                f.value(WholeRun.seconds(stage, false)),
                                Texts::seconds));
            }
        }
        for (String stage : WholeRun.STAGES) {
            if (f.values().containsKey(WholeRun.bytes(stage, false))) {
                rows.add(
                        estimated(
                                name(stage) + ", resident memory",
                                f.value(WholeRun.bytes(stage, true)),
                                f.value(WholeRun.bytes(stage, false)),
                                Texts::gigabytes));
            }
        }
        if (f.value(WholeRun.disk(true)) > 0) {
            rows.add(
                    estimated(
                            "disk",
                            f.value(WholeRun.disk(true)),
                            f.value(WholeRun.disk(false)),
                            Texts::gigabytes));
        }
        double peak = f.value(Part.PEAK);
        rows.add(
                Double.isInfinite(bytes)
                        ? Row.of("peak resident memory", gigabytes(peak))
                        : atMost(
                                "peak resident memory",
                                gigabytes(peak),
                                peak,
                                bytes,
                                gigabytes(bytes)));
    }

    private static String name(String stage) {
        return switch (stage) {
            case "scoring" -> "scoring, plans, preparation";
            case WholeRun.ALL -> "the whole run";
            default -> stage;
        };
    }

    private static Row estimated(
            String what, double estimate, double measured, DoubleFunction<String> text) {
        double error = estimate / measured - 1;
        return new Row(
                what,
                "%s estimated, %s taken: %+.0f %%"
                        .formatted(text.apply(estimate), text.apply(measured), 100 * error),
                "within %.0f %%".formatted(100 * ESTIMATE),
                Math.abs(error) <= ESTIMATE);
    }

    private static void steps(Figures f, List<Row> rows) {
        rows.add(Row.of("teacher", seconds(f.value(HalfWidthStep.TEACHER))));
        rows.add(Row.of("student forward, loss", seconds(f.value(HalfWidthStep.FORWARD))));
        rows.add(Row.of("backward", seconds(f.value(HalfWidthStep.BACKWARD))));
        rows.add(Row.of("optimizer", seconds(f.value(HalfWidthStep.OPTIMIZER))));
    }

    private static Row atMost(
            String what, String text, double value, double limit, String limitText) {
        return new Row(what, text, "at most " + limitText, value <= limit);
    }

    private static Row atLeast(
            String what, String text, double value, double limit, String limitText) {
        return new Row(what, text, "at least " + limitText, value >= limit);
    }
}
