package io.laptopdiff.diffusion.clip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A token that is found in a text before it is cut into words, with the flags of the tokenizers
 * library.
 *
 * @param id its row of the text encoder's embedding
 * @param content as it stands in a text
 * @param singleWord only where no letter or digit is next to it
 * @param lstrip takes the white space before it
 * @param rstrip takes the white space after it
 * @param normalized is looked for in the lower-cased text, itself lower-cased
 * @param special as begin and end are
 */
record AddedToken(
        int id,
        String content,
        boolean singleWord,
        boolean lstrip,
        boolean rstrip,
        boolean normalized,
        boolean special) {

    /** Makes a special token, as the begin and the end of a caption are. */
    static AddedToken special(String content, int id) {
        return new AddedToken(id, content, false, false, false, false, true);
    }

    /**
     * Makes a token of which nothing more is known, such as a learned concept, as transformers
     * does.
     */
    static AddedToken plain(String content, int id) {
        return new AddedToken(id, content, false, false, false, true, false);
    }

    /** Reads a token with the flags that transformers and the tokenizers library write. */
    static AddedToken of(JsonNode node, int id) {
        boolean special = node.path("special").asBoolean(false);
        return new AddedToken(
                id,
                node.path("content").asText(),
                node.path("single_word").asBoolean(false),
                node.path("lstrip").asBoolean(false),
                node.path("rstrip").asBoolean(false),
                node.path("normalized").asBoolean(!special),
                special);
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("content", content)
                .put("single_word", singleWord)
                .put("lstrip", lstrip)
                .put("rstrip", rstrip)
                .put("normalized", normalized)
                .put("special", special);
    }
}
