package io.laptopdiff.distillation.training;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.checkpoint.ContentDigest;
import java.nio.file.Path;

/** Tells trainings apart that must not take up each other's checkpoints. */
final class Fingerprint {

    private Fingerprint() {}

    /**
     * Returns the fingerprint of teacher, data set, plan, its rivals and recipe. Teacher and data
     * set count by location and by content, which may have changed there since a checkpoint was
     * written.
     *
     * @param teacher pipeline directory
     * @param data the {@linkplain io.laptopdiff.distillation.dataset.Encoding#name name} of what is
     *     trained on
     * @return SHA-256 in hexadecimal digits
     */
    static String of(PlanCreated plan, Path teacher, String data) {
        String job =
                String.join(
                        "\n",
                        plan.spec().teacher(),
                        TeacherDigest.of(teacher),
                        data,
                        Json.write(plan.plan()),
                        plan.candidates().stream().map(Json::write).collect(joining()),
                        String.valueOf(Recovery.steps(plan)),
                        Json.write(trained(plan.spec().distillation())));
        return new ContentDigest().add(job).hex();
    }

    /**
     * Returns what a recipe trains: images on the way change no weight, and checkpoints are older
     * than they.
     */
    private static JsonNode trained(DistillationRecipe recipe) {
        return ((ObjectNode) Json.tree(recipe)).without("sampleImages");
    }
}
