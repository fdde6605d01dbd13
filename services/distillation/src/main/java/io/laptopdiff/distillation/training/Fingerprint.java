package io.laptopdiff.distillation.training;

import static java.util.stream.Collectors.joining;

import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells trainings apart that must not take up each other's checkpoints. */
final class Fingerprint {

    private Fingerprint() {}

    /** Of teacher, plan, its rivals and recipe; SHA-256 in hexadecimal digits. */
    static String of(PlanCreated plan) {
        String job =
                String.join(
                        "\n",
                        plan.spec().teacher(),
                        Json.write(plan.plan()),
                        plan.candidates().stream().map(Json::write).collect(joining()),
                        String.valueOf(Recovery.steps(plan)),
                        Json.write(plan.spec().distillation()));
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(job.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
