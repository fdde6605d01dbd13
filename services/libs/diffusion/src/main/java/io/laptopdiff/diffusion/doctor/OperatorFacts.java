package io.laptopdiff.diffusion.doctor;

import io.laptopdiff.diffusion.engine.EngineReport;

/**
 * One form of an operator, held against double precision.
 *
 * @param operator in words
 * @param precision {@code fp32} or {@code bf16}
 * @param form how it is computed
 * @param error the largest length of a difference over the length of the truth; null where a number
 *     was not finite, or the form cannot be computed here
 * @param tolerance the largest error that counts as right
 * @param where the case and result that were furthest off
 * @param gflops GFLOP/s of a large call with all threads; null where nothing was timed
 * @param right whether the error is within the tolerance
 * @param chosen whether models compute with this form
 */
public record OperatorFacts(
        String operator,
        String precision,
        String form,
        Double error,
        double tolerance,
        String where,
        Double gflops,
        boolean right,
        boolean chosen) {

    private static final double GIGA = 1e9;

    static OperatorFacts of(EngineReport.Finding finding) {
        return new OperatorFacts(
                finding.operator().title(),
                finding.operator().precision().text(),
                finding.form(),
                Double.isFinite(finding.error()) ? (Double) finding.error() : null,
                finding.operator().precision().tolerance(),
                finding.where(),
                finding.flops() > 0 ? (Double) (finding.flops() / GIGA) : null,
                finding.right(),
                finding.chosen());
    }

    String title() {
        return operator + ", " + precision;
    }

    String errorText() {
        return error == null ? "not finite" : "%.1e".formatted(error);
    }

    String rateText() {
        return gflops == null ? "" : "%.0f GFLOP/s".formatted(gflops);
    }

    String verdict() {
        if (!right) {
            return "wrong";
        }
        return chosen ? "chosen" : "right";
    }
}
