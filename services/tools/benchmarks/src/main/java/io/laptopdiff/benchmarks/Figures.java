package io.laptopdiff.benchmarks;

import java.util.Map;

/**
 * What one part of the benchmark came to; the report is made from these alone.
 *
 * @param part by its {@link Part#title}
 * @param machine hardware and libraries: the line of {@code doctor}
 * @param date of the measurement, ISO 8601
 * @param values figures by name, in the unit that their name ends with
 */
public record Figures(String part, String machine, String date, Map<String, Double> values) {

    /**
     * A figure.
     *
     * @throws IllegalArgumentException if it was not measured
     */
    public double value(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "The figures of '" + part + "' have no '" + name + "': measure it again");
        }
        return value;
    }
}
