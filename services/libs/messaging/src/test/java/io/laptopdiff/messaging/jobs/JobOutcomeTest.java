package io.laptopdiff.messaging.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobOutcomeTest {

    private static JobContext toldToStop(StopReason reason) {
        JobContext job = new JobContext(() -> Optional.of(reason));
        assertThat(job.shouldStop()).isTrue();
        return job;
    }

    @Test
    void shouldAcknowledgeWhatIsDoneOrCancelled() {
        JobOutcome done = JobOutcome.of(new JobContext(Optional::empty));
        assertThat(done).isInstanceOf(JobOutcome.Done.class);
        assertThat(done.isAcknowledged()).isTrue();
        JobOutcome cancelled = JobOutcome.of(toldToStop(StopReason.CANCELLED));
        assertThat(cancelled).isInstanceOf(JobOutcome.Cancelled.class);
        assertThat(cancelled.isAcknowledged()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = "CANCELLED", mode = EnumSource.Mode.EXCLUDE)
    void shouldNotAcknowledgeWhatAnotherWorkerWillDo(StopReason reason) {
        JobOutcome outcome = JobOutcome.of(toldToStop(reason));
        assertThat(outcome).isEqualTo(new JobOutcome.Left(reason));
        assertThat(outcome.isAcknowledged()).isFalse();
    }

    @Test
    void shouldLeaveWhatAnotherWorkerHasTakenUp() {
        JobContext job = new JobContext(Optional::empty);
        job.leave();
        assertThat(job.shouldStop()).isTrue();
        assertThat(JobOutcome.of(job)).isEqualTo(new JobOutcome.Left(StopReason.REPLACED));
    }
}
