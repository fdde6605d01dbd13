package io.laptopdiff.standalone.command;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.MachineMemory;
import io.laptopdiff.diffusion.device.MemoryLimit;
import io.laptopdiff.estimation.Residence;
import io.laptopdiff.estimation.RunEstimate;
import io.laptopdiff.estimation.RunEstimator;
import io.laptopdiff.estimation.StageEstimate;
import io.laptopdiff.standalone.compress.CompressRequest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says what a run will take. */
@Command(
        name = "estimate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Says what memory, time and disk a run will take on this machine, with the options of compress. Reads no weights: it"
                    + " times layers of the model's shapes, which takes a minute or so for SD-v1.5, and adds them up. Criteria"
                    + " other than output-loss and searches beyond one shot are not counted.",
            ""
        })
final class EstimateCommand implements Callable<Integer> {

    /** Exit code where the machine cannot hold the run. */
    static final int DOES_NOT_FIT = 3;

    @Spec private CommandSpec spec;
    @Mixin private CompressRequest request;

    @Override
    public Integer call() {
        RunSpec run;
        try {
            run = request.read(true);
        } catch (RuntimeException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        RunEstimate estimate =
                new RunEstimator(
                                Artifacts.ofFiles(),
                                Devices.auto()::newManager,
                                Path.of("").toAbsolutePath())
                        .estimate(run);
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-32s %10s %12s %10s%n", "", "memory", "time", "disk");
        for (StageEstimate stage : estimate.stages()) {
            print(
                    out,
                    stage.stage(),
                    Residence.of(stage.memoryBytes()),
                    stage.seconds(),
                    stage.diskBytes());
        }
        long memory = Residence.of(estimate.memoryBytes());
        print(out, "the run", memory, estimate.seconds(), estimate.diskBytes());
        long machine = new MachineMemory().available();
        long free = Path.of("").toAbsolutePath().toFile().getUsableSpace();
        out.printf(
                "%nthis machine has %s of memory and %s of disk to give%n",
                MemoryLimit.text(machine), MemoryLimit.text(free));
        if (memory > machine || estimate.diskBytes() > free) {
            out.println(
                    memory > machine
                            ? "the run does not fit: try --precision bf16, --teacher-precision bf16,"
                                    + " distillation.gradientCheckpointing, or a smaller --batch-size"
                            : "the run does not fit: free some disk, or choose --data elsewhere");
            return DOES_NOT_FIT;
        }
        return 0;
    }

    private static void print(
            PrintWriter out, String stage, long memory, double seconds, long disk) {
        Duration time = Duration.ofSeconds(Math.round(seconds));
        out.printf(
                Locale.ROOT,
                "%-32s %10s %6d:%02d min %10s%n",
                stage,
                MemoryLimit.text(memory),
                time.toMinutes(),
                time.toSecondsPart(),
                MemoryLimit.text(disk));
    }
}
