package io.laptopdiff.evaluation.images;

import io.laptopdiff.contracts.json.Require;

/**
 * The prompt that one image is drawn from; every model draws it from the same.
 *
 * @param caption may be empty
 * @param seed of the first latent
 */
public record Prompt(String caption, long seed) {
    public Prompt {
        Require.present("caption", caption);
    }
}
