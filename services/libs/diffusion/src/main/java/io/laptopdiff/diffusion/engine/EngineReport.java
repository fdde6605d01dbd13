package io.laptopdiff.diffusion.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The findings of the self-check on this machine.
 *
 * @param libtorch its version
 * @param threads that one operator computes with
 * @param checkedAt when the operators were held against double precision
 * @param seconds that this took
 * @param kept whether it was found before, by another process of this machine and version
 * @param findings one per operator and form that was tried; where the preferred form is right, it
 *     alone
 */
public record EngineReport(
        String libtorch,
        int threads,
        Instant checkedAt,
        double seconds,
        boolean kept,
        List<Finding> findings) {

    /**
     * The finding on one form of one operator.
     *
     * @param operator which
     * @param form its name
     * @param error the largest length of a difference over the length of the truth, of the output
     *     and each gradient, over all shapes and numbers of threads; infinite where a number was
     *     not finite or the form cannot be computed here
     * @param where the case and result that were furthest off
     * @param flops FLOP/s of a large call with all threads; 0 where nothing was timed
     * @param chosen whether models compute with it
     */
    public record Finding(
            Operator operator,
            String form,
            double error,
            String where,
            double flops,
            boolean chosen) {

        /** Returns whether the form stays within the operator's tolerance. */
        public boolean right() {
            return error <= operator.precision().tolerance();
        }

        /** Returns the finding in a sentence, for a log or a page. */
        public String text() {
            return "%s in %s as %s: error %.1e of %.0e allowed (%s)"
                    .formatted(
                            operator.title(),
                            operator.precision().text(),
                            form,
                            error,
                            operator.precision().tolerance(),
                            where);
        }
    }

    public EngineReport {
        findings = List.copyOf(findings);
    }

    /** Returns whether every operator has a right form. */
    public boolean right() {
        return wrong().isEmpty();
    }

    /** Returns the operators without any right form. */
    public List<Operator> wrong() {
        return findings.stream()
                .map(Finding::operator)
                .distinct()
                .filter(operator -> chosen(operator).isEmpty())
                .toList();
    }

    /**
     * Returns the forms that compute wrong numbers here; others are taken in their place, where
     * there are any.
     */
    public List<Finding> refused() {
        return findings.stream().filter(finding -> !finding.right()).toList();
    }

    /** The form that models compute an operator with; empty where none is right. */
    public Optional<Finding> chosen(Operator operator) {
        return findings.stream()
                .filter(finding -> finding.operator() == operator && finding.chosen())
                .findFirst();
    }

    /** Returns why nothing may be computed here; empty where everything is right. */
    public Optional<EngineException> problem() {
        List<Operator> wrong = wrong();
        if (wrong.isEmpty()) {
            return Optional.empty();
        }
        String forms =
                findings.stream()
                        .filter(finding -> wrong.contains(finding.operator()))
                        .map(Finding::text)
                        .collect(Collectors.joining("; "));
        return Optional.of(
                new EngineException(
                        "PyTorch "
                                + libtorch
                                + " computes wrong numbers on this machine, in every form that is known: "
                                + forms,
                        "self-check of the engine",
                        "Set ONEDNN_MAX_CPU_ISA=SSE41 in the environment (slower), or use another machine;"
                                + " report it with the output of `laptop-diff doctor --output json`."));
    }

    EngineReport asKept() {
        return new EngineReport(libtorch, threads, checkedAt, seconds, true, findings);
    }
}
