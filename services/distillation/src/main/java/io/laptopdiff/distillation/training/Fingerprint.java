package io.laptopdiff.distillation.training;

import static java.util.stream.Collectors.joining;

import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/** Tells trainings apart that must not take up each other's checkpoints. */
final class Fingerprint {

    private Fingerprint() {}

    /**
     * Of teacher, plan, its rivals and recipe. The teacher counts by its location and by its
     * content, which may have changed there since a checkpoint was written.
     *
     * @param teacher pipeline directory
     * @return SHA-256 in hexadecimal digits
     */
    static String of(PlanCreated plan, Path teacher) {
        String job =
                String.join(
                        "\n",
                        plan.spec().teacher(),
                        TeacherDigest.of(teacher),
                        Json.write(plan.plan()),
                        plan.candidates().stream().map(Json::write).collect(joining()),
                        String.valueOf(Recovery.steps(plan)),
                        Json.write(plan.spec().distillation()));
        return HexFormat.of()
                .formatHex(TeacherDigest.sha256().digest(job.getBytes(StandardCharsets.UTF_8)));
    }
}
