package io.laptopdiff.messaging.jobs;

/** The work that one message asks for. */
@FunctionalInterface
public interface JobHandler<M> {
    /**
     * Returns when the work is done, or when {@link JobContext#shouldStop} said so.
     *
     * @throws JobFailedException if trying again would not help
     * @throws Exception which is reported in the same way, if less clearly
     */
    void handle(M message, JobContext job) throws Exception;
}
