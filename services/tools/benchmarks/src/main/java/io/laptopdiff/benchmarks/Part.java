package io.laptopdiff.benchmarks;

import io.laptopdiff.benchmarks.measure.FullStep;
import io.laptopdiff.benchmarks.measure.HalfWidthStep;
import io.laptopdiff.benchmarks.measure.OperatorTimes;
import io.laptopdiff.benchmarks.measure.PassSpeed;
import io.laptopdiff.benchmarks.measure.PeerSpeed;
import io.laptopdiff.benchmarks.measure.SweepSpeed;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.MachineMemory;
import io.laptopdiff.diffusion.doctor.Doctor;
import io.laptopdiff.diffusion.doctor.EngineFacts;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The parts of the benchmark. Each is measured in a process of its own, for its peak memory. */
public enum Part {
    OPERATORS(checkpoint -> OperatorTimes.measure()),
    PASS(PassSpeed::measure),
    SWEEP(SweepSpeed::measure),
    HALF_WIDTH_STEP(HalfWidthStep::measure),
    FULL_STEP(FullStep::measure),
    /** Measures against PyTorch and diffusers, where a Python that has them is named. */
    PEER(PeerSpeed::measure),
    /** A run of all stages, in the whole program. */
    RUN(null),
    /** Scores and plans of SDXL, in the whole program. */
    SDXL_PLANS(null);

    /** The figure that every part has: the most that its process has occupied. */
    public static final String PEAK = "peak resident bytes";

    /** A measurement on a checkpoint's U-Net. */
    @FunctionalInterface
    private interface Measurement {
        Map<String, Double> on(Path checkpoint) throws Exception;
    }

    private final Measurement measurement; // null where only the whole program can tell

    Part(Measurement measurement) {
        this.measurement = measurement;
    }

    /** Returns the part's name in commands and files, such as "half-width-step". */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The part of that title.
     *
     * @throws IllegalArgumentException naming all there are
     */
    public static Part of(String title) {
        return Arrays.stream(values())
                .filter(part -> part.title().equals(title))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "There is no part '"
                                                + title
                                                + "': it is one of "
                                                + Arrays.stream(values())
                                                        .map(Part::title)
                                                        .collect(Collectors.joining(", "))));
    }

    /** Returns whether it needs what is not part of this program. */
    public boolean needsPeer() {
        return this == PEER;
    }

    /** Returns whether it is a run, for which broker and services have to be there. */
    public boolean isRun() {
        return measurement == null;
    }

    /**
     * Measures it in this process.
     *
     * @param checkpoint a diffusers directory
     * @throws IllegalStateException if it is a run
     * @throws Exception if the checkpoint is not one, or too large for this machine
     */
    public Figures measure(Path checkpoint, Clock clock) throws Exception {
        if (isRun()) {
            throw new IllegalStateException(title() + " is a run; ask for it");
        }
        return figures(measurement.on(checkpoint), clock);
    }

    private static String machine(Clock clock) {
        return new Doctor("", clock).engine(() -> EngineFacts.here(Devices.AUTO)).examine().line();
    }

    /** Returns what was measured in this process, with the most that it has occupied. */
    public Figures figures(Map<String, Double> measured, Clock clock) {
        Map<String, Double> values = new TreeMap<>(measured);
        values.put(PEAK, (double) new MachineMemory().peakResident());
        return new Figures(title(), machine(clock), LocalDate.now(clock).toString(), values);
    }
}
