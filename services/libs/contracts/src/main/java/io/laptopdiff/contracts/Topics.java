package io.laptopdiff.contracts;

import java.time.Duration;
import java.util.List;

/** The topics; each {@link Message} says which one carries it, and under which key. */
public final class Topics {
    public static final String RUNS = "laptopdiff.runs";
    public static final String SCORING_TASKS = "laptopdiff.scoring-tasks";
    public static final String SCORES = "laptopdiff.scores";
    public static final String PLANS = "laptopdiff.plans";
    public static final String PREPARATION_TASKS = "laptopdiff.preparation-tasks";
    public static final String PREPARATION = "laptopdiff.preparation";
    public static final String DISTILLATION = "laptopdiff.distillation";
    public static final String EVALUATION = "laptopdiff.evaluation";
    public static final String FAILURES = "laptopdiff.failures";
    public static final String RUN_STATUS = "laptopdiff.run-status";
    public static final String DEAD_LETTERS = "laptopdiff.dead-letters";

    /** Topics that carry one run's events, by runId: their order matters, not their spread. */
    private static final int RUN_PARTITIONS = 3;

    /** Topics that hand out jobs: at most so many workers of one kind share them. */
    private static final int JOB_PARTITIONS = 8;

    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration MONTH = Duration.ofDays(30);

    private static final List<TopicSettings> ALL =
            List.of(
                    new TopicSettings(RUNS, RUN_PARTITIONS, null, false),
                    new TopicSettings(SCORING_TASKS, JOB_PARTITIONS, WEEK, false),
                    new TopicSettings(SCORES, RUN_PARTITIONS, null, false),
                    new TopicSettings(PLANS, JOB_PARTITIONS, null, false),
                    new TopicSettings(PREPARATION_TASKS, JOB_PARTITIONS, WEEK, false),
                    new TopicSettings(PREPARATION, RUN_PARTITIONS, MONTH, false),
                    new TopicSettings(DISTILLATION, JOB_PARTITIONS, MONTH, false),
                    new TopicSettings(EVALUATION, RUN_PARTITIONS, MONTH, false),
                    new TopicSettings(FAILURES, RUN_PARTITIONS, null, false),
                    new TopicSettings(RUN_STATUS, RUN_PARTITIONS, null, true),
                    new TopicSettings(DEAD_LETTERS, 1, MONTH, false));

    private Topics() {}

    public static List<TopicSettings> all() {
        return ALL;
    }

    /** The topics that events of a run are read from, to fold or to replay them. */
    public static List<String> events() {
        return List.of(RUNS, SCORES, PLANS, PREPARATION, DISTILLATION, EVALUATION, FAILURES);
    }
}
