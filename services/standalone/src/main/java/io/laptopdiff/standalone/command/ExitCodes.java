package io.laptopdiff.standalone.command;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.status.RunState;
import io.laptopdiff.standalone.follow.RefusedException;

/** What commands end with, and the words of their help for it. */
public final class ExitCodes {

    /** The exit code where all was done. */
    public static final int DONE = 0;

    /** The exit code where the command could not run. */
    public static final int COULD_NOT_RUN = 1;

    /** The exit code of wrong usage, or of a refusal by the gateway. */
    public static final int REFUSED = 2;

    /**
     * The run failed, or part of a measurement; or this machine cannot hold it, or has findings.
     */
    public static final int FAILED = 3;

    /** The run was cancelled. */
    public static final int CANCELLED = 4;

    /**
     * The exit code where there is no such run or variant, or its state does not allow what was
     * asked.
     */
    public static final int NOT_APPLICABLE = 5;

    static final String HEADING = "%nExit codes:%n";

    static final String IS_DONE = "0:done";
    static final String IS_FINISHED = "0:the run finished";
    static final String IS_UNABLE =
            "1:could not run: nobody listens, a file cannot be read or written, the services cannot start";
    static final String IS_WRONG = "2:wrong usage; the message names the option";
    static final String IS_WRONG_OR_UNUSABLE =
            "2:wrong usage, or the run would be refused; the message names the option or field";
    static final String IS_REFUSED =
            "2:wrong usage, or the gateway refuses the request; the message names the option or field";
    static final String IS_FAILED = "3:the run failed, or a gate of it";
    static final String IS_FAILED_OR_LARGE =
            "3:the run failed, or a gate of it; or the machine cannot hold it, with the choices that would make it fit";
    static final String IS_LARGE = "3:this machine cannot hold the run";
    static final String IS_FOUND = "3:there are findings, each with what to do about it";
    static final String IS_PARTLY_FAILED =
            "3:a part could not be done; the others' results are kept";
    static final String IS_PARTLY_MEASURED =
            "3:a part could not be measured, or misses a target; the others' figures are kept";
    static final String IS_MISSED = "3:a target is missed; the report says which";
    static final String IS_CANCELLED = "4:the run was cancelled";
    static final String IS_NOT_APPLICABLE =
            "5:there is no such run or variant, or its state does not allow what was asked";

    private ExitCodes() {}

    /** Returns the exit code of a run that has ended. */
    public static int of(RunStatus status) {
        if (status.state() instanceof RunState.Finished) {
            return DONE;
        }
        return status.state() instanceof RunState.Cancelled ? CANCELLED : FAILED;
    }

    /** Returns the exit code of a gateway's refusal. */
    public static int of(RefusedException refused) {
        if (refused.isOfState()) {
            return NOT_APPLICABLE;
        }
        if (refused.doesNotFit()) {
            return FAILED;
        }
        return refused.isTheAskers() ? REFUSED : COULD_NOT_RUN;
    }
}
