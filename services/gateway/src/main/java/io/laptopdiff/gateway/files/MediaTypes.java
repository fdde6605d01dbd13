package io.laptopdiff.gateway.files;

import java.util.Locale;
import java.util.Map;

/** The kinds of files that runs leave. */
public final class MediaTypes {
    private static final String UNKNOWN = "application/octet-stream";
    private static final Map<String, String> BY_ENDING =
            Map.of(
                    "json", "application/json",
                    "jsonl", "application/x-ndjson",
                    "png", "image/png",
                    "svg", "image/svg+xml",
                    "html", "text/html;charset=UTF-8",
                    "txt", "text/plain;charset=UTF-8",
                    "md", "text/plain;charset=UTF-8",
                    "csv", "text/csv;charset=UTF-8",
                    "py", "text/plain;charset=UTF-8");

    private MediaTypes() {}

    /** Returns a file's media type by the ending of its name. */
    public static String of(String path) {
        String ending = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return BY_ENDING.getOrDefault(ending, UNKNOWN);
    }
}
