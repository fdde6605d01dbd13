package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.checkpoint.ContentDigest;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which trainings may take up each other's checkpoints. */
class FingerprintTest {

    @TempDir static Path home;
    private static TinyDistillation tiny;

    @BeforeAll
    static void writeTheTeacher() throws IOException {
        tiny = TinyDistillation.in(home);
    }

    private static String fingerprint(Map<String, ?> recipe) {
        return Fingerprint.of(tiny.pruned("r", recipe), tiny.teacher(), "data");
    }

    @Test
    void shouldFollowWhatChangesTheStudent() {
        assertThat(fingerprint(Map.of("steps", 3))).isEqualTo(fingerprint(Map.of("steps", 3)));
        assertThat(fingerprint(Map.of("steps", 4))).isNotEqualTo(fingerprint(Map.of("steps", 3)));
        assertThat(fingerprint(Map.of("sampleImages", 8)))
                .isEqualTo(fingerprint(Map.of("sampleImages", 0)));
    }

    /** Their recipes had no word of images. */
    @Test
    void shouldBeThatOfCheckpointsFromBeforeImagesWereDrawn() {
        PlanCreated plan = tiny.pruned("r", Map.of());
        String recipe = Json.write(plan.spec().distillation());
        String before = recipe.replace(",\"sampleImages\":2", "");
        assertThat(before).isNotEqualTo(recipe);
        String job =
                String.join(
                        "\n",
                        plan.spec().teacher(),
                        TeacherDigest.of(tiny.teacher()),
                        "data",
                        Json.write(plan.plan()),
                        "",
                        "0",
                        before);
        assertThat(Fingerprint.of(plan, tiny.teacher(), "data"))
                .isEqualTo(new ContentDigest().add(job).hex());
    }
}
