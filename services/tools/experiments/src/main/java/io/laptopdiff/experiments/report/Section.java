package io.laptopdiff.experiments.report;

import java.util.Map;

/** One claim's part of the report. */
public interface Section {

    /**
     * Returns Markdown, its heading included.
     *
     * @param figures takes each figure's SVG page by its file name
     */
    String write(Results results, Map<String, String> figures);
}
