package io.laptopdiff.contracts.status;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The lifecycle of a run: one record per state, the legal transitions as methods. Topics have no
 * common order, so news of an earlier stage may come late: a step backwards, and any step out of an
 * ended state, leaves the state as it is.
 */
public sealed interface RunState {
    @JsonCreator
    static RunState of(String text) {
        return RunStates.of(text);
    }

    @JsonValue
    default String text() {
        return getClass().getSimpleName().toUpperCase(Locale.ROOT);
    }

    /** Returns whether no transition leads out of the state. */
    default boolean ended() {
        return true;
    }

    default RunState scoring() {
        return this;
    }

    default RunState planning() {
        return this;
    }

    default RunState distilling() {
        return this;
    }

    default RunState evaluating() {
        return this;
    }

    default RunState finish() {
        return this;
    }

    default RunState fail() {
        return this;
    }

    default RunState cancel() {
        return this;
    }

    /** A state that the run can be ended from. */
    sealed interface Active extends RunState {
        @Override
        default boolean ended() {
            return false;
        }

        @Override
        default RunState finish() {
            return new Finished();
        }

        @Override
        default RunState fail() {
            return new Failed();
        }

        @Override
        default RunState cancel() {
            return new Cancelled();
        }
    }

    /** The state of a run that nobody took up yet. */
    record Requested() implements Active {
        @Override
        public RunState scoring() {
            return new Scoring();
        }

        @Override
        public RunState planning() {
            return new Planning();
        }

        @Override
        public RunState distilling() {
            return new Distilling();
        }

        @Override
        public RunState evaluating() {
            return new Evaluating();
        }
    }

    /** Units are being scored. */
    record Scoring() implements Active {
        @Override
        public RunState planning() {
            return new Planning();
        }

        @Override
        public RunState distilling() {
            return new Distilling();
        }

        @Override
        public RunState evaluating() {
            return new Evaluating();
        }
    }

    /** Every score is in; plans are being made. */
    record Planning() implements Active {
        @Override
        public RunState distilling() {
            return new Distilling();
        }

        @Override
        public RunState evaluating() {
            return new Evaluating();
        }
    }

    /** A first plan is there; students are being trained. */
    record Distilling() implements Active {
        @Override
        public RunState evaluating() {
            return new Evaluating();
        }
    }

    /** A first student is being measured. */
    record Evaluating() implements Active {}

    /** Every variant is measured. */
    record Finished() implements RunState {}

    /**
     * The state of a run in which nothing goes on, and at least one variant failed; the failures
     * say why.
     */
    record Failed() implements RunState {}

    /** The state of a run that someone wanted to stop. */
    record Cancelled() implements RunState {}

    /** The state of a run of which nothing is left but its id, which stays taken. */
    record Deleted() implements RunState {}
}
