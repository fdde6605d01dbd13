package io.laptopdiff.standalone.command;

import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.diffusion.device.MemoryLimit;
import io.laptopdiff.estimation.Residence;
import io.laptopdiff.estimation.RunEstimate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * An estimate beside what the machine has. As JSON its fields are those of the gateway's dry run.
 *
 * @param stages in the order of the run
 * @param memoryBytes of the fullest stage's process
 * @param seconds of all stages
 * @param diskBytes of all stages
 * @param machineMemoryBytes that it can give now
 * @param machineDiskBytes free where the command runs
 * @param fits whether the machine can hold the run
 * @param howToFit what to change; absent if it fits
 */
record EstimateReport(
        List<Stage> stages,
        long memoryBytes,
        double seconds,
        long diskBytes,
        long machineMemoryBytes,
        long machineDiskBytes,
        boolean fits,
        @MayBeAbsent String howToFit) {

    private static final String LESS_MEMORY =
            "try --precision bf16, --teacher-precision bf16, --gradient-checkpointing, or a smaller"
                    + " --batch-size";
    private static final String LESS_DISK = "free some disk, or run it where more is free";

    /** One stage's part. */
    record Stage(String stage, long memoryBytes, double seconds, long diskBytes) {}

    static EstimateReport of(RunEstimate estimate, long machineMemory, long machineDisk) {
        List<Stage> stages =
                estimate.stages().stream()
                        .map(
                                stage ->
                                        new Stage(
                                                stage.stage(),
                                                Residence.of(stage.memoryBytes()),
                                                stage.seconds(),
                                                stage.diskBytes()))
                        .toList();
        long memory = Residence.of(estimate.memoryBytes());
        boolean held = memory <= machineMemory;
        boolean kept = estimate.diskBytes() <= machineDisk;
        return new EstimateReport(
                stages,
                memory,
                estimate.seconds(),
                estimate.diskBytes(),
                machineMemory,
                machineDisk,
                held && kept,
                held ? (kept ? null : LESS_DISK) : LESS_MEMORY);
    }

    /** For people. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(Locale.ROOT, "%-32s %10s %12s %10s%n", "", "memory", "time", "disk"));
        stages.forEach(s -> text.append(line(s.stage, s.memoryBytes, s.seconds, s.diskBytes)));
        text.append(line("the run", memoryBytes, seconds, diskBytes));
        text.append(
                String.format(
                        Locale.ROOT,
                        "%nthis machine has %s of memory and %s of disk to give%n",
                        MemoryLimit.text(machineMemoryBytes),
                        MemoryLimit.text(machineDiskBytes)));
        if (!fits) {
            text.append(String.format("the run does not fit: %s%n", howToFit));
        }
        return text.toString();
    }

    private static String line(String stage, long memory, double seconds, long disk) {
        Duration time = Duration.ofSeconds(Math.round(seconds));
        return String.format(
                Locale.ROOT,
                "%-32s %10s %6d:%02d min %10s%n",
                stage,
                MemoryLimit.text(memory),
                time.toMinutes(),
                time.toSecondsPart(),
                MemoryLimit.text(disk));
    }
}
