package io.laptopdiff.contracts;

/** A message that asks one worker to do something. */
public sealed interface Command extends Message permits ScoreUnits, MeasureRemovals, PrepareShard {
    /** Names the task, whoever does it. */
    String taskId();

    /** The task's, so that the tasks of one run spread over workers. */
    @Override
    default String key() {
        return taskId();
    }
}
