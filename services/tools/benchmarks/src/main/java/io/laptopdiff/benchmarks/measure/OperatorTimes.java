package io.laptopdiff.benchmarks.measure;

import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link Operators} by JMH, in this process: the part is a process of its own already. */
public final class OperatorTimes {

    /** The unit of all figures, and what every name ends with. */
    public static final String UNIT = " microseconds";

    private static final int WARM_UPS = 2;
    private static final int MEASUREMENTS = 5;

    private OperatorTimes() {}

    /**
     * @return microseconds of a call by the benchmark's name
     * @throws RunnerException if JMH cannot run
     */
    public static Map<String, Double> measure() throws RunnerException {
        return measure(WARM_UPS, MEASUREMENTS, TimeValue.seconds(1));
    }

    /** Measures with other effort. */
    static Map<String, Double> measure(int warmUps, int measurements, TimeValue time)
            throws RunnerException {
        Map<String, Double> values = new TreeMap<>();
        for (RunResult result :
                new Runner(
                                new OptionsBuilder()
                                        .include(Operators.class.getName() + "\\.")
                                        .forks(0)
                                        .warmupIterations(warmUps)
                                        .warmupTime(time)
                                        .measurementIterations(measurements)
                                        .measurementTime(time)
                                        .verbosity(VerboseMode.SILENT)
                                        .build())
                        .run()) {
            values.put(
                    result.getPrimaryResult().getLabel() + UNIT,
                    result.getPrimaryResult().getScore());
        }
        return values;
    }
}
