package io.laptopdiff.diffusion.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;

/**
 * The caption of one picture.
 *
 * @param text null where there is none
 * @param missing why there is none; null where there is one
 */
record Caption(String text, String missing) {

    private static final ObjectMapper JSON = CaptionField.JSON;

    /** The most bytes of a caption: a longer text is none, and reading it would fill the heap. */
    private static final int MOST_BYTES = 1 << 20;

    /** A file that may hold a caption. */
    interface Source {
        /** Returns the name of the file for errors. */
        String where();

        long length();

        byte[] content();
    }

    static Caption of(String text) {
        return new Caption(text, null);
    }

    static Caption missing(String why) {
        return new Caption(null, why);
    }

    /**
     * Reads the caption of the first of some files that holds one.
     *
     * @throws DatasetException if one of those read is not text
     */
    static Caption first(List<? extends Source> candidates) {
        String why = "Nothing beside the picture says what it shows";
        for (Source candidate : candidates) {
            Caption found = read(candidate);
            if (found.missing == null) {
                return found;
            }
            why = found.missing;
        }
        return missing(why);
    }

    private static Caption read(Source file) {
        if (file.length() > MOST_BYTES) {
            return missing("The caption is longer than " + MOST_BYTES + " bytes: " + file.where());
        }
        String text = TextFile.decode(file.content(), file.where()).strip();
        if (text.isEmpty()) {
            return missing("The caption is empty: " + file.where());
        }
        if (!FileNames.isJson(file.where())) {
            return of(text);
        }
        try {
            Optional<String> field = CaptionField.beside(JSON.readTree(text));
            return field.map(Caption::of)
                    .orElseGet(
                            () ->
                                    missing(
                                            "No 'caption', 'text' or 'prompt' in the JSON: "
                                                    + file.where()));
        } catch (JsonProcessingException e) {
            return missing("The caption's file is not JSON: " + file.where());
        }
    }
}
