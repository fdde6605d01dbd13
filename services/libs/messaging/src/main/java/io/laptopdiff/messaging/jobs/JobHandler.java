package io.laptopdiff.messaging.jobs;

/** The work that one message asks for. */
@FunctionalInterface
public interface JobHandler<M> {
    /**
     * Returns when the work is done, or when {@link JobContext#shouldStop} said so.
     *
     * @throws Exception if trying again would not help; what explains itself, such as a {@link
     *     io.laptopdiff.contracts.StageException}, is reported in its own words
     */
    void handle(M message, JobContext job) throws Exception;
}
