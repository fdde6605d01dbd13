package io.laptopdiff.standalone.command;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.diffusion.device.MemoryLimit;
import io.laptopdiff.estimation.Residence;
import io.laptopdiff.estimation.RunEstimate;
import io.laptopdiff.estimation.RunLimits;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An estimate beside what the machine has. As JSON its fields are those of the gateway's dry run.
 *
 * @param stages in the order of the run
 * @param memoryBytes of the fullest stage's process
 * @param seconds of all stages
 * @param diskBytes of all stages
 * @param machineMemoryBytes that a run may take; absent where a GPU computes, whose workers look
 * @param machineDiskBytes free where results are kept
 * @param fits whether a gateway on this machine would take the run in
 * @param problem what does not fit or is wrong with its files, and where; absent if it fits
 * @param howToFit what to change; absent if it fits
 * @param uncounted what is left out; absent if nothing is
 */
record EstimateReport(
        List<Stage> stages,
        long memoryBytes,
        double seconds,
        long diskBytes,
        @MayBeAbsent Long machineMemoryBytes,
        long machineDiskBytes,
        boolean fits,
        @MayBeAbsent String problem,
        @MayBeAbsent String howToFit,
        @MayBeAbsent String uncounted) {

    /** One stage's part. */
    record Stage(String stage, long memoryBytes, double seconds, long diskBytes) {}

    static EstimateReport of(
            RunEstimate estimate,
            RunLimits limits,
            Optional<StageException> problem,
            Optional<String> uncounted) {
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
        return new EstimateReport(
                stages,
                Residence.of(estimate.memoryBytes()),
                estimate.seconds(),
                estimate.diskBytes(),
                limits.memoryBytes() == Long.MAX_VALUE ? null : (Long) limits.memoryBytes(),
                limits.diskBytes(),
                problem.isEmpty(),
                problem.map(e -> e.what() + " (" + e.where() + ")").orElse(null),
                problem.map(StageException::howToFix).orElse(null),
                uncounted.orElse(null));
    }

    /** Returns the estimate as text for people. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(Locale.ROOT, "%-32s %10s %12s %10s%n", "", "memory", "time", "disk"));
        stages.forEach(s -> text.append(line(s.stage, s.memoryBytes, s.seconds, s.diskBytes)));
        text.append(line("the run", memoryBytes, seconds, diskBytes));
        if (uncounted != null) {
            text.append(String.format("%nnot counted: %s%n", uncounted));
        }
        text.append(
                machineMemoryBytes == null
                        ? String.format("%na GPU's memory is looked at by its workers%n")
                        : String.format(
                                "%nthis machine has %s of memory",
                                MemoryLimit.text(machineMemoryBytes)));
        text.append(
                String.format(
                        "%s%s of disk to give%n",
                        machineMemoryBytes == null ? "this machine has " : " and ",
                        MemoryLimit.text(machineDiskBytes)));
        if (!fits) {
            text.append(String.format("the run would be refused: %s. %s%n", problem, howToFit));
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
