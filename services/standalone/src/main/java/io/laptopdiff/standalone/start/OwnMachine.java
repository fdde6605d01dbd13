package io.laptopdiff.standalone.start;

import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.MachineMemory;
import io.laptopdiff.estimation.RunFit;
import io.laptopdiff.estimation.RunLimits;
import io.laptopdiff.estimation.RunOutlook;
import io.laptopdiff.gateway.outlook.Forecasts;
import io.laptopdiff.gateway.runs.RunAdmission;
import io.laptopdiff.gateway.runs.RunForecast;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Refuses runs that the machine of this house cannot hold, before anything is loaded. Where a GPU
 * computes, its workers look for themselves.
 */
@Singleton
class OwnMachine implements RunAdmission {

    private final Unestimated unestimated = new Unestimated(Logger.getLogger(OwnMachine.class));

    private final Devices devices;
    private final Artifacts artifacts;
    private final Path root;
    private final Optional<MemorySize> scoring;
    private final Optional<MemorySize> distillation;
    private final Optional<MemorySize> evaluation;
    private final MeasuredTimes times;

    OwnMachine(
            Artifacts artifacts,
            @ConfigProperty(name = "laptopdiff.artifacts.root") String root,
            @ConfigProperty(name = "laptopdiff.scoring.memory") Optional<MemorySize> scoring,
            @ConfigProperty(name = "laptopdiff.distillation.memory")
                    Optional<MemorySize> distillation,
            @ConfigProperty(name = "laptopdiff.evaluation.memory") Optional<MemorySize> evaluation,
            @ConfigProperty(name = Devices.OPTION, defaultValue = Devices.AUTO) String device,
            MeasuredTimes times) {
        this.devices = Devices.of(device);
        this.artifacts = artifacts;
        this.root = Path.of(root);
        this.scoring = scoring;
        this.distillation = distillation;
        this.evaluation = evaluation;
        this.times = times;
    }

    @Override
    public void require(RunSpec spec) {
        if (devices.first().isGpu() || RunOutlook.needsFetching(spec, artifacts)) {
            return; // the workers look, once they have fetched it
        }
        try {
            new RunFit(artifacts, limits()).requireFits(spec);
        } catch (StageException e) {
            throw e;
        } catch (RuntimeException unreadable) {
            // The stage that reads this config tells more of it.
            unestimated.warn(
                    "whether the run fits this machine is not known, and it is taken in all the same",
                    spec,
                    unreadable);
        }
    }

    @Override
    public Optional<RunForecast> forecast(RunSpec spec) {
        if (RunOutlook.needsFetching(spec, artifacts)) {
            return Optional.empty();
        }
        try {
            RunOutlook outlook = RunOutlook.of(spec, artifacts, Workers.settings());
            return Optional.of(
                    Forecasts.of(
                            spec,
                            times.of(spec).map(outlook::timed).orElse(outlook),
                            new MachineMemory().total(),
                            limits().diskBytes(),
                            problem(spec)));
        } catch (RuntimeException unreadable) {
            unestimated.warn(
                    "what the run would take is not known, and the dry run leaves it out",
                    spec,
                    unreadable);
            return Optional.empty();
        }
    }

    private Optional<String> problem(RunSpec spec) {
        try {
            require(spec);
            return Optional.empty();
        } catch (StageException e) {
            return Optional.of(e.getMessage());
        }
    }

    private RunLimits limits() {
        long machine = new MachineMemory().total();
        return new RunLimits(
                bytes(scoring, machine),
                bytes(distillation, machine),
                bytes(evaluation, machine),
                machine,
                Disk.nearest(root).toFile().getUsableSpace());
    }

    private static long bytes(Optional<MemorySize> chosen, long machine) {
        return chosen.map(MemorySize::asLongValue).orElse(machine);
    }
}
