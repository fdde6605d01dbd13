package io.laptopdiff.messaging.jobs;

/** The work that one message asks for. */
@FunctionalInterface
public interface JobHandler<M> {
    /**
     * Returns when the work is done, or when {@link JobContext#shouldStop} said so. It is called
     * again after a transient fault, and then goes on where it was saved last.
     *
     * @throws Exception if it cannot go on: one that is, or was caused by, an {@link
     *     java.io.IOException} of a disk or network, or a fault of the broker, has it tried again;
     *     any other fails the job, in its own words where it explains itself, as a {@link
     *     io.laptopdiff.contracts.StageException} does
     */
    void handle(M message, JobContext job) throws Exception;
}
