package io.laptopdiff.evaluation.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.SamplerName;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.schedulers.Ddim;
import io.laptopdiff.diffusion.schedulers.DpmSolverMultistep;
import io.laptopdiff.diffusion.schedulers.EulerAncestralDiscrete;
import io.laptopdiff.diffusion.schedulers.EulerDiscrete;
import io.laptopdiff.diffusion.schedulers.Lcm;
import io.laptopdiff.diffusion.schedulers.Pndm;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import io.laptopdiff.diffusion.schedulers.UniPcMultistep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SamplersTest {

    @TempDir Path teacher;

    /** As SD-v1.5 is published. */
    @BeforeEach
    void writeTheTeachersScheduler() throws IOException {
        Files.createDirectories(teacher.resolve("scheduler"));
        Files.writeString(
                teacher.resolve("model_index.json"),
                "{\"_class_name\": \"StableDiffusionPipeline\"}");
        writeScheduler(
                """
                {"_class_name": "PNDMScheduler", "_diffusers_version": "0.6.0", "beta_end": 0.012,
                 "beta_schedule": "scaled_linear", "beta_start": 0.00085, "num_train_timesteps": 1000,
                 "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null,
                 "clip_sample": false}""");
    }

    private void writeScheduler(String json) throws IOException {
        Files.writeString(teacher.resolve("scheduler/scheduler_config.json"), json);
    }

    private static EvaluationSpec spec(SamplerName scheduler, int steps) {
        return new EvaluationSpec("/scorer", "/dataset", 2, 0, steps, 7.5, scheduler);
    }

    @Test
    void shouldTakeTheTeachersOwnSamplerOrTheOneAskedFor() {
        assertThat(Samplers.of(teacher, spec(null, 20))).isInstanceOf(Pndm.class);
        assertThat(Samplers.of(teacher, spec(SamplerName.PNDM, 20))).isInstanceOf(Pndm.class);
        assertThat(Samplers.of(teacher, spec(SamplerName.DDIM, 20))).isInstanceOf(Ddim.class);
        assertThat(Samplers.of(teacher, spec(SamplerName.EULER, 20)))
                .isInstanceOf(EulerDiscrete.class);
        assertThat(Samplers.of(teacher, spec(SamplerName.EULER_ANCESTRAL, 20)))
                .isInstanceOf(EulerAncestralDiscrete.class);
        assertThat(Samplers.of(teacher, spec(SamplerName.DPM_SOLVER, 20)))
                .isInstanceOf(DpmSolverMultistep.class);
        assertThat(Samplers.of(teacher, spec(SamplerName.SDE_DPM_SOLVER, 20)))
                .isInstanceOf(DpmSolverMultistep.class);
        assertThat(Samplers.of(teacher, spec(SamplerName.UNIPC, 20)))
                .isInstanceOf(UniPcMultistep.class);
        assertThat(Samplers.of(teacher, spec(SamplerName.LCM, 20))).isInstanceOf(Lcm.class);
    }

    /** Requests and samplers are told apart in two modules that do not know each other. */
    @Test
    void shouldKnowTheSamplersThatARequestCanName() {
        assertThat(SamplerName.texts()).containsExactlyInAnyOrderElementsOf(Scheduler.names());
    }

    @ParameterizedTest
    @EnumSource
    void shouldPassOverWhatOnlyTheTeachersUnknownSamplerReads(SamplerName name) throws IOException {
        writeScheduler(
                """
                {"_class_name": "SomeLaterScheduler", "beta_end": 0.012, "beta_schedule": "scaled_linear",
                 "beta_start": 0.00085, "num_train_timesteps": 1000, "later_field": [1, 2],
                 "timestep_spacing": "trailing"}""");
        assertThat(Samplers.of(teacher, spec(name, 4)).trainingTimesteps()).isEqualTo(1000);
        assertThatThrownBy(() -> Samplers.of(teacher, spec(null, 4)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("_class_name");
    }

    @Test
    void shouldRefuseMoreStepsThanTheTeacherWasTrainedOn() {
        assertThatThrownBy(() -> Samplers.of(teacher, spec(SamplerName.DDIM, 1001)))
                .isInstanceOf(StageException.class)
                .hasMessageContaining("evaluation.inferenceSteps");
    }

    @Test
    void shouldRefuseMoreStepsThanTheConsistencyModelWasDistilledOn() {
        assertThatThrownBy(() -> Samplers.of(teacher, spec(SamplerName.LCM, 51)))
                .isInstanceOf(StageException.class)
                .hasMessageContaining("50");
    }
}
