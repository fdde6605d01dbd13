package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Digests of what a result depends on: a result that lies there is taken only for the same
 * question.
 */
final class ResultDigest {

    /** Raised when the same question would get another answer. */
    private static final int VERSION = 2;

    private ResultDigest() {}

    /** Of the teacher's evaluation, which all variants of a run share. */
    static String ofTeacher(DistillationFinished event) {
        return digest(List.of(VERSION, event.spec().teacher(), event.spec().evaluation()));
    }

    /**
     * Of one student's: a student that was trained anew is another one, though it lies at the same
     * place.
     */
    static String ofStudent(DistillationFinished event) {
        return digest(
                List.of(
                        VERSION,
                        event.spec().teacher(),
                        event.spec().evaluation(),
                        event.student(),
                        event.steps(),
                        event.parameters(),
                        event.finalLosses()));
    }

    private static String digest(List<Object> content) {
        try {
            byte[] json = Json.write(content).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
