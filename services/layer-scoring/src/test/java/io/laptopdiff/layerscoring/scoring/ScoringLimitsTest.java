package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.estimation.TeacherParts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoringLimitsTest {

    private static final ScoringLimits LIMITS = new ScoringLimits(4, 8);
    private static final PassSize LEAST = new PassSize(1, 1, 0);

    @TempDir Path home;

    @BeforeEach
    void writeTeacher() throws IOException {
        TinyTeacher.write(home.resolve("teacher"), 1);
        TinyTeacher.writeImages(home.resolve("images"), 2, 2);
    }

    private SliceSource source(Precision precision) {
        return SliceSource.of(
                Artifacts.ofFiles(),
                home.resolve("teacher").toString(),
                new CalibrationSpec(home.resolve("images").toString(), 2, 1, 0),
                0,
                precision);
    }

    @Test
    void shouldTakeAllAtOnceWhereThereIsMemory() {
        PassSize size = LIMITS.sizeFor(source(Precision.FP32), false);
        assertThat(size.batch()).isEqualTo(4);
        assertThat(size.together()).isEqualTo(8);
    }

    @Test
    void shouldTakeLessAtOnceWhereMemoryIsShort() {
        SliceSource source = source(Precision.FP32);
        long bytes = ScoringLimits.needed(source, Precision.FP32, false, new PassSize(1, 5, 0));
        PassSize size = LIMITS.sizeFor(source, false, bytes);
        assertThat(size.bytes()).isLessThanOrEqualTo(bytes);
        assertThat(size.batch()).isEqualTo(1);
        assertThat(size.together()).isBetween(5, 7);
    }

    @Test
    void shouldNameThePrecisionThatWouldFit() {
        SliceSource source = source(Precision.FP32);
        long bytes = ScoringLimits.needed(source, Precision.FP32, false, LEAST) - 1;
        assertThatThrownBy(() -> LIMITS.sizeFor(source, false, bytes))
                .isInstanceOfSatisfying(
                        StageException.class,
                        e -> assertThat(e.howToFix()).contains("scoring.precision to bf16"));
    }

    @Test
    void shouldNameTheCriterionThatTakesTooMuch() {
        SliceSource source = source(Precision.FP32);
        long bytes = ScoringLimits.needed(source, Precision.FP32, true, LEAST) - 1;
        assertThat(LIMITS.sizeFor(source, false, bytes).bytes()).isPositive();
        assertThatThrownBy(() -> LIMITS.sizeFor(source, true, bytes))
                .isInstanceOfSatisfying(
                        StageException.class,
                        e -> {
                            assertThat(e.what()).contains("taylor");
                            assertThat(e.howToFix()).contains("scoring.criteria");
                        });
    }

    @Test
    void shouldNameTheMemoryOptionWhereNothingWouldFit() {
        ScoringLimits none = new ScoringLimits(1, 1, OptionalLong.of(1));
        assertThatThrownBy(() -> none.sizeFor(source(Precision.BF16), false))
                .isInstanceOfSatisfying(
                        StageException.class,
                        e -> {
                            assertThat(e.what()).contains("MB beside").endsWith("may take 0 MB");
                            assertThat(e.howToFix()).contains("laptopdiff.scoring.memory");
                        });
    }

    @Test
    void shouldDrawFewerAtOnceWhereMemoryIsShort() {
        SliceSource source = source(Precision.FP32);
        TeacherParts teacher = TeacherParts.read(home.resolve("teacher"));
        assertThat(LIMITS.drawnTogether(source, 7.5, 0)).isEqualTo(4);
        long bytes = teacher.drawing(6);
        assertThat(teacher.drawing(8)).isGreaterThan(bytes);
        assertThat(LIMITS.drawnTogether(source, 7.5, 0, bytes)).isEqualTo(3);
        assertThat(LIMITS.drawnTogether(source, 1, 0, bytes)).isEqualTo(4);
        assertThat(LIMITS.drawnTogether(source, 7.5, 1, bytes)).isEqualTo(2);
        assertThatThrownBy(() -> LIMITS.drawnTogether(source, 7.5, 0, teacher.drawing(2) - 1))
                .isInstanceOfSatisfying(
                        StageException.class,
                        e -> assertThat(e.howToFix()).contains("laptopdiff.scoring.memory"));
    }

    @Test
    void shouldCountTheEncoders() {
        TeacherParts teacher = TeacherParts.read(home.resolve("teacher"));
        assertThat(ScoringLimits.needed(source(Precision.BF16), Precision.BF16, false, LEAST))
                .isGreaterThanOrEqualTo(teacher.encoding());
    }
}
