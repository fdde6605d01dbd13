package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.common.Sha256;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.json.Json;
import java.util.List;

/**
 * Digests of what a result depends on: a result that lies there is taken only for the same
 * question.
 */
final class ResultDigest {

    /** The version of the measuring, raised when the same question would get another answer. */
    private static final int VERSION = 2;

    private ResultDigest() {}

    /** Returns the digest of the teacher's evaluation, which all variants of a run share. */
    static String ofTeacher(DistillationFinished event) {
        return digest(List.of(VERSION, event.spec().teacher(), event.spec().evaluation()));
    }

    /**
     * Returns the digest of one student's evaluation: a student that was trained anew is another
     * one, though it lies at the same place.
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
        return Sha256.hex(Json.write(content));
    }
}
