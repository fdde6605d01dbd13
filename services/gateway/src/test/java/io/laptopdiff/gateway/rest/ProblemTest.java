package io.laptopdiff.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.gateway.runs.FieldProblem;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemTest {
    private static final Problem PROBLEM = Problem.of("kind", "Title", 400, "detail");
    private static final FieldProblem WHOLE = new FieldProblem("all of it is wrong", "");
    private static final FieldProblem TEACHER = new FieldProblem("no such place", "teacher");

    @Test
    void shouldBlameFieldsBesideTheWhole() {
        Problem blaming = PROBLEM.blaming(List.of(WHOLE, TEACHER));
        assertThat(blaming.field()).isEqualTo("teacher");
        assertThat(blaming.errors())
                .containsExactly(
                        new Problem.FieldError("all of it is wrong", "#"),
                        new Problem.FieldError("no such place", "#/teacher"));
    }

    @Test
    void shouldBlameNoFieldForTheWhole() {
        assertThat(PROBLEM.blaming(List.of(WHOLE))).isEqualTo(PROBLEM);
    }
}
