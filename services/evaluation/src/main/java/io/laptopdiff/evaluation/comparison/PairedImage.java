package io.laptopdiff.evaluation.comparison;

import io.laptopdiff.contracts.json.Require;

/**
 * The images that both models drew from one prompt.
 *
 * @param caption may be empty
 * @param seed of the first latent
 * @param teacher the teacher's image
 * @param student the student's image
 */
public record PairedImage(String caption, long seed, MeasuredImage teacher, MeasuredImage student) {
    public PairedImage {
        Require.present("caption", caption);
        Require.present("teacher", teacher);
        Require.present("student", student);
    }
}
