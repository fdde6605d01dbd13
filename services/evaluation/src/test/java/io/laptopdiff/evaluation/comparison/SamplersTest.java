package io.laptopdiff.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.diffusion.schedulers.Ddim;
import io.laptopdiff.diffusion.schedulers.DpmSolverMultistep;
import io.laptopdiff.diffusion.schedulers.EulerDiscrete;
import io.laptopdiff.diffusion.schedulers.Pndm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplersTest {

    @TempDir Path teacher;

    /** As SD-v1.5 is published. */
    @BeforeEach
    void writeTheTeachersScheduler() throws IOException {
        Files.createDirectories(teacher.resolve("scheduler"));
        Files.writeString(
                teacher.resolve("scheduler/scheduler_config.json"),
                """
                {"_class_name": "PNDMScheduler", "_diffusers_version": "0.6.0", "beta_end": 0.012,
                 "beta_schedule": "scaled_linear", "beta_start": 0.00085, "num_train_timesteps": 1000,
                 "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null,
                 "clip_sample": false}""");
    }

    private static EvaluationSpec spec(String scheduler, int steps) {
        return new EvaluationSpec("/scorer", "/dataset", 2, 0, steps, 7.5, scheduler);
    }

    @Test
    void shouldTakeTheTeachersOwnSamplerOrTheOneAskedFor() {
        assertThat(Samplers.of(teacher, spec(null, 20))).isInstanceOf(Pndm.class);
        assertThat(Samplers.of(teacher, spec("pndm", 20))).isInstanceOf(Pndm.class);
        assertThat(Samplers.of(teacher, spec("ddim", 20))).isInstanceOf(Ddim.class);
        assertThat(Samplers.of(teacher, spec("euler", 20))).isInstanceOf(EulerDiscrete.class);
        assertThat(Samplers.of(teacher, spec("dpm-solver++", 20)))
                .isInstanceOf(DpmSolverMultistep.class);
    }

    @Test
    void shouldRefuseMoreStepsThanTheTeacherWasTrainedOn() {
        assertThatThrownBy(() -> Samplers.of(teacher, spec("ddim", 1001)))
                .isInstanceOf(StageException.class)
                .hasMessageContaining("evaluation.inferenceSteps");
    }
}
