package io.laptopdiff.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.common.Explained;
import io.laptopdiff.contracts.json.InvalidMessageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class StageExceptionTest {

    @Test
    void shouldSayWhatWhereAndHowToFix() {
        StageException known = new StageException("The tensor is missing", "unet: a.b", "Add it.");
        assertThat(known).hasMessage("The tensor is missing (unet: a.b). Add it.");
        assertThat(StageException.of(known, Stage.DISTILLATION, "variant r/half")).isSameAs(known);
    }

    private static final class Elsewhere extends RuntimeException implements Explained {
        private static final long serialVersionUID = 1L;

        @Override
        public String what() {
            return "The file is empty";
        }

        @Override
        public String where() {
            return "a.txt";
        }

        @Override
        public String howToFix() {
            return "Write a line.";
        }
    }

    @Test
    void shouldTellWhatOthersExplainInTheirOwnWords() {
        Elsewhere cause = new Elsewhere();
        StageException told = StageException.of(cause, Stage.SCORING, "run r");
        assertThat(told).hasMessage("The file is empty (a.txt). Write a line.").hasCause(cause);
    }

    @Test
    void shouldNameTheFieldOfAnInvalidMessage() {
        InvalidMessageException cause =
                new InvalidMessageException("distillation.steps", 0, "it must be at least 1");
        StageException told = StageException.of(cause, Stage.DISTILLATION, "variant r/half");
        assertThat(told.what()).isEqualTo("The value is 0");
        assertThat(told.where()).isEqualTo("distillation.steps");
        assertThat(told.howToFix()).isEqualTo("it must be at least 1");
        InvalidMessageException whole = new InvalidMessageException("", "empty", "a JSON object");
        assertThat(StageException.of(whole, Stage.DISTILLATION, "variant r/half").where())
                .isEqualTo("variant r/half");
    }

    @Test
    void shouldSayWhatTheDiskSaid() {
        StageException told =
                StageException.of(
                        new UncheckedIOException(
                                "cannot write step-000010", new IOException("Input/output error")),
                        Stage.DISTILLATION,
                        "variant r/half");
        assertThat(told.what()).isEqualTo("cannot write step-000010: Input/output error");
        assertThat(told.where()).isEqualTo("variant r/half");
        assertThat(told.howToFix()).contains("disk", "try again");
    }

    @Test
    void shouldTellTheUnexpectedByItsFirstLine() {
        StageException told =
                StageException.of(
                        new IllegalStateException("out of memory\nat native"),
                        Stage.DISTILLATION,
                        "variant r/half");
        assertThat(told.what()).isEqualTo("IllegalStateException: out of memory");
        assertThat(told.where()).isEqualTo("variant r/half");
        assertThat(told.howToFix()).contains("log of distillation");
        assertThat(StageException.of(new Error(), Stage.EVALUATION, "x").what())
                .isEqualTo("Error: no further text");
    }
}
