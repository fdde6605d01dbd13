package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocaleTest {

    @TempDir Path home;
    private Locale before;

    @BeforeEach
    void useArabicDigits() {
        before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    }

    @AfterEach
    void restore() {
        Locale.setDefault(before);
    }

    @Test
    void shouldTrainAndSaveWhateverTheLocale() throws IOException {
        TinyDistillation tiny = TinyDistillation.in(home);
        ArtifactStore store = new ArtifactStore(home.resolve("artifacts"));
        DistillationJob job =
                new DistillationJob(Artifacts.ofFiles(), store, Devices.auto(), Clock.systemUTC());
        PlanCreated plan = tiny.pruned("arabic", Map.of("steps", 2));
        Recorder recorder = Recorder.ofAll();
        assertThat(job.run(plan, recorder, recorder)).isPresent();
        assertThat(store.run("arabic").variant(plan.variant()).directory())
                .isDirectoryRecursivelyContaining("glob:**/step-000002");
    }
}
