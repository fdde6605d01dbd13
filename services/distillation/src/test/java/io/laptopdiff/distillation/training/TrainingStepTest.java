package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingStepTest {

    @TempDir Path home;

    @Test
    void shouldLearnABatchByHeartAndLeaveTheTeacherAlone() throws IOException {
        TinyDistillation tiny = TinyDistillation.in(home);
        Map<String, ?> recipe = Map.of("warmupSteps", 0, "batchSize", 4, "taskWeight", 0);
        try (StepFixture fixture = new StepFixture(tiny, recipe)) {
            UNet2DConditionModel teacher = (UNet2DConditionModel) fixture.teacher;
            Map<String, float[]> before = StepFixture.values(teacher);

            double first = fixture.run(0).losses().total();
            for (int i = 0; i < 12; i++) {
                fixture.run(0);
            }

            assertThat(fixture.run(0).losses().total()).isLessThan(0.4 * first);
            StepFixture.values(teacher)
                    .forEach((name, values) -> assertThat(values).isEqualTo(before.get(name)));
        }
    }
}
