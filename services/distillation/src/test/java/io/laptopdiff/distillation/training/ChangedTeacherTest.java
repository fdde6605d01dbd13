package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangedTeacherTest {

    @TempDir Path home;
    private TinyDistillation tiny;
    private DistillationJob job;
    private PlanCreated plan;

    @BeforeEach
    void breakOffAfterACheckpoint() throws IOException {
        tiny = TinyDistillation.in(home);
        ArtifactStore store = new ArtifactStore(home.resolve("artifacts"));
        job = new DistillationJob(Artifacts.ofFiles(), store, Devices.auto(), Clock.systemUTC());
        plan = tiny.pruned("changed", Map.of("steps", 4));
        Recorder killed = Recorder.killedAfter(3);
        assertThat(job.run(plan, killed, killed)).isEmpty();
        assertThat(killed.savedSteps()).containsExactly(2);
    }

    @Test
    void shouldRefuseToGoOnWithOtherWeightsUnderTheSamePath() throws IOException {
        TinyTeacher.write(tiny.teacher(), 9);
        refuse();
    }

    @Test
    void shouldRefuseToGoOnWithAnotherNoiseSchedule() throws IOException {
        Path config = tiny.teacher().resolve("scheduler/scheduler_config.json");
        Files.writeString(config, Files.readString(config).replace("0.012", "0.013"));
        refuse();
    }

    @Test
    void shouldRefuseToGoOnWithOtherImagesUnderTheSamePath() throws IOException {
        Path image = tiny.images().resolve("000001.png");
        Files.write(image, Files.readAllBytes(tiny.images().resolve("000002.png")));
        Files.setLastModifiedTime(image, FileTime.fromMillis(1));
        refuse();
    }

    @Test
    void shouldRefuseToGoOnWithOtherCaptions() throws IOException {
        Path metadata = tiny.images().resolve("metadata.jsonl");
        Files.writeString(
                metadata,
                Files.readString(metadata)
                        .replaceFirst("\"text\":\"[^\"]*\"", "\"text\":\"something else\""));
        refuse();
    }

    private void refuse() {
        assertThatThrownBy(() -> job.run(plan, event -> {}, Interruption.NONE))
                .isInstanceOf(StageException.class)
                .hasMessageContaining("another teacher, data set, plan or recipe")
                .hasMessageContaining("step-000002");
    }

    @Test
    void shouldGoOnWhereFilesAreOnlyNewer() throws IOException {
        Files.setLastModifiedTime(
                tiny.teacher().resolve("unet/diffusion_pytorch_model.safetensors"),
                FileTime.fromMillis(1));
        Files.writeString(tiny.teacher().resolve("README.md"), "no part of the model");
        Recorder resumed = Recorder.ofAll();
        assertThat(job.run(plan, resumed, resumed)).isPresent();
        assertThat(resumed.steps()).extracting(DistillationProgressed::step).containsExactly(3, 4);
    }
}
