package io.laptopdiff.messaging.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.contracts.Stage;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.json.InvalidMessageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransientFaultsTest {

    private static final FileSystemException FULL =
            new FileSystemException("step-1", null, "No space left on device");

    static Stream<Throwable> faultsThatMayBeGoneTheNextTime() {
        return Stream.of(
                new IOException("Input/output error"),
                new UncheckedIOException("cannot write step-1", FULL),
                StageException.of(
                        new UncheckedIOException("x", new SocketTimeoutException("Read timed out")),
                        Stage.DISTILLATION,
                        "variant r/half"),
                new CompletionException(new TimeoutException("no answer from the broker")));
    }

    static Stream<Throwable> faultsThatAreThereEveryTime() {
        return Stream.of(
                new StageException("NaN weights", "conv_in.weight", "Download it again."),
                new InvalidMessageException("steps", 0, "it must be at least 1"),
                new IllegalStateException("The loss is NaN"),
                new OutOfMemoryError("Java heap space"),
                new UncheckedIOException(new NoSuchFileException("config.json")),
                new UncheckedIOException(new AccessDeniedException("config.json")),
                new UncheckedIOException(new MalformedInputException(1)),
                new UncheckedIOException(new EOFException("it ends within 1.png")));
    }

    @ParameterizedTest
    @MethodSource("faultsThatMayBeGoneTheNextTime")
    void shouldTryAgain(Throwable fault) {
        assertThat(TransientFaults.isTransient(fault)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("faultsThatAreThereEveryTime")
    void shouldNotTryAgain(Throwable fault) {
        assertThat(TransientFaults.isTransient(fault)).isFalse();
    }

    @Test
    void shouldPauseLongerEachTimeAndEnd() {
        Attempts attempts = new Attempts(4, Duration.ofSeconds(5));
        assertThat(attempts.pauseAfter(1, FULL)).contains(Duration.ofSeconds(5));
        assertThat(attempts.pauseAfter(2, FULL)).contains(Duration.ofSeconds(15));
        assertThat(attempts.pauseAfter(3, FULL)).contains(Duration.ofSeconds(45));
        assertThat(attempts.pauseAfter(4, FULL)).isEmpty();
        assertThat(attempts.pauseAfter(1, new IllegalStateException())).isEmpty();
        assertThatThrownBy(() -> new Attempts(0, Duration.ZERO))
                .hasMessageContaining("laptopdiff.jobs.attempts = 0");
    }
}
