package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.contracts.json.Default;
import java.util.ArrayList;
import java.util.List;

/**
 * What was decided and asked about a run already, so that nothing is said twice.
 *
 * @param checked whether the request was held against the teacher
 * @param wanted slices asked for so far; 0: those that every run begins with
 * @param settled no more slices are wanted
 * @param audited the additivity was reported, or nobody asked for it
 * @param asked purposes of joint losses that were asked for
 * @param concluded variants that have a plan or a failure
 * @param done nothing more is to be done
 */
public record RunProgress(
        @Default("false") boolean checked,
        @Default("0") int wanted,
        @Default("false") boolean settled,
        @Default("false") boolean audited,
        @Default("[]") List<String> asked,
        @Default("[]") List<String> concluded,
        @Default("false") boolean done) {
    /** The progress of a run that nobody looked at yet. */
    public static final RunProgress NEW =
            new RunProgress(false, 0, false, false, List.of(), List.of(), false);

    public RunProgress {
        asked = List.copyOf(asked);
        concluded = List.copyOf(concluded);
    }

    RunProgress withChecked() {
        return new RunProgress(true, wanted, settled, audited, asked, concluded, done);
    }

    RunProgress withWanted(int slices) {
        return new RunProgress(checked, slices, settled, audited, asked, concluded, done);
    }

    RunProgress withSettled() {
        return new RunProgress(checked, wanted, true, audited, asked, concluded, done);
    }

    RunProgress withAudited() {
        return new RunProgress(checked, wanted, settled, true, asked, concluded, done);
    }

    RunProgress withAsked(String purpose) {
        return new RunProgress(
                checked, wanted, settled, audited, plus(asked, purpose), concluded, done);
    }

    RunProgress withConcluded(String variant) {
        return new RunProgress(
                checked, wanted, settled, audited, asked, plus(concluded, variant), done);
    }

    RunProgress withDone() {
        return new RunProgress(checked, wanted, settled, audited, asked, concluded, true);
    }

    private static List<String> plus(List<String> list, String one) {
        List<String> more = new ArrayList<>(list);
        more.add(one);
        return more;
    }
}
