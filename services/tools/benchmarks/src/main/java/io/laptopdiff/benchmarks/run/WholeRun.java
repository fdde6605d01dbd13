package io.laptopdiff.benchmarks.run;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.EvaluationFinished;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.estimation.Residence;
import io.laptopdiff.estimation.RunEstimate;
import io.laptopdiff.estimation.RunEstimator;
import io.laptopdiff.estimation.StageEstimate;
import io.laptopdiff.estimation.WorkerSettings;
import io.laptopdiff.experiments.Runs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A run of one variant: what was estimated of each stage, and what it took. Data is prepared while
 * units are scored, so that these two count as one stage.
 */
public final class WholeRun {

    /** Stages, as figures name them. */
    public static final List<String> STAGES = List.of("scoring", "distillation", "evaluation");

    /** The run as a whole. */
    public static final String ALL = "run";

    private static final double NANOS = 1e9;

    private WholeRun() {}

    /** The name of a figure. */
    public static String seconds(String stage, boolean estimated) {
        return stage + (estimated ? " estimated" : "") + " seconds";
    }

    /** The name of a figure. */
    public static String bytes(String stage, boolean estimated) {
        return stage + (estimated ? " estimated" : "") + " resident bytes";
    }

    /** The name of a figure. */
    public static String disk(boolean estimated) {
        return ALL + (estimated ? " estimated" : "") + " disk bytes";
    }

    /**
     * Estimates the run before anything is loaded.
     *
     * @param workers that will do it
     * @param disk a directory on the disk that results will be kept on
     */
    public static Map<String, Double> estimated(RunSpec spec, WorkerSettings workers, Path disk) {
        RunEstimate estimate =
                new RunEstimator(Artifacts.ofFiles(), workers, Devices.auto()::newManager, disk)
                        .estimate(spec);
        Map<String, Double> values = new LinkedHashMap<>();
        for (StageEstimate stage : estimate.stages()) {
            String name = stage.stage().split(" ", 2)[0].replace("preparation", "scoring");
            values.merge(seconds(name, true), stage.seconds(), Double::sum);
            values.merge(bytes(name, true), (double) Residence.of(stage.memoryBytes()), Math::max);
        }
        values.put(seconds(ALL, true), estimate.seconds());
        values.put(disk(true), (double) estimate.diskBytesInTheEnd());
        return values;
    }

    /**
     * Asks for it in this process, and waits for its end.
     *
     * @param memory of this process, watched since before
     * @param artifacts where results are kept
     * @throws IllegalStateException with the failure, if it fails
     */
    public static Map<String, Double> measured(
            Runs runs, RunSpec spec, ResidentMemory memory, Path artifacts)
            throws IOException, InterruptedException {
        long before = size(artifacts);
        String runId = runs.create(spec);
        List<Message> events =
                runs.follow(runId).orElseThrow(() -> new IllegalStateException("no run " + runId));
        Map<String, Instant> ends = new LinkedHashMap<>();
        Instant begin = null;
        for (Message event : events) {
            if (event instanceof StageFailed failed) {
                throw new IllegalStateException(
                        "the run failed: " + failed.what() + " " + failed.howToFix());
            } else if (event instanceof RunRequested requested) {
                begin = requested.occurredAt();
            } else if (event instanceof PlanCreated plan) {
                ends.put("scoring", plan.occurredAt());
            } else if (event instanceof DistillationFinished finished) {
                ends.put("distillation", finished.occurredAt());
            } else if (event instanceof EvaluationFinished finished) {
                ends.put("evaluation", finished.occurredAt());
            }
        }
        Map<String, Double> values = new LinkedHashMap<>();
        Instant from = begin;
        for (Map.Entry<String, Instant> stage : ends.entrySet()) {
            Instant to = stage.getValue();
            values.put(seconds(stage.getKey(), false), between(from, to));
            values.put(bytes(stage.getKey(), false), (double) memory.peak(from, to));
            from = to;
        }
        values.put(seconds(ALL, false), between(begin, from));
        values.put(disk(false), (double) (size(artifacts) - before));
        return values;
    }

    private static double between(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / NANOS;
    }

    private static long size(Path directory) {
        if (!Files.exists(directory)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look through " + directory, e);
        }
    }
}
