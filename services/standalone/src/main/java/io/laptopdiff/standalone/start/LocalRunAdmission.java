package io.laptopdiff.standalone.start;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.device.MachineMemory;
import io.laptopdiff.estimation.RunFit;
import io.laptopdiff.estimation.RunLimits;
import io.laptopdiff.estimation.RunOutlook;
import io.laptopdiff.estimation.check.RunCheck;
import io.laptopdiff.gateway.outlook.Findings;
import io.laptopdiff.gateway.outlook.Forecasts;
import io.laptopdiff.gateway.runs.FieldProblem;
import io.laptopdiff.gateway.runs.RunAdmission;
import io.laptopdiff.gateway.runs.RunForecast;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Refuses runs that this machine cannot hold, or cannot compute rightly, before a model is loaded.
 * Where a GPU computes, its workers look for themselves.
 */
@Singleton
class LocalRunAdmission implements RunAdmission {

    private final EstimateFailureLog failures =
            new EstimateFailureLog(Logger.getLogger(LocalRunAdmission.class));

    private final Artifacts artifacts;
    private final Path root;
    private final MeasuredTimes times;
    private final RunCheck check;

    LocalRunAdmission(
            Artifacts artifacts,
            ArtifactStore store,
            @ConfigProperty(name = "laptopdiff.artifacts.root") String root,
            MeasuredTimes times) {
        this.artifacts = artifacts;
        this.root = Path.of(root);
        this.times = times;
        this.check = RunCheck.ofThisMachine(artifacts, store);
    }

    @Override
    public List<FieldProblem> problems(RunSpec spec) {
        return Findings.of(spec, check);
    }

    @Override
    public void require(RunSpec spec) {
        Workers.requireEngine();
        if (RunOutlook.needsFetching(spec, artifacts)) {
            return; // the workers look, once they have fetched it
        }
        try {
            new RunFit(artifacts, Workers.limits(root)).requireFits(spec);
        } catch (StageException e) {
            throw e;
        } catch (RuntimeException unreadable) {
            // The stage that reads this config tells more of it.
            failures.warn(
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
            RunLimits limits = Workers.limits(root);
            RunOutlook outlook = RunOutlook.of(spec, artifacts, Workers.settings(), limits);
            return Optional.of(
                    Forecasts.of(
                            spec,
                            times.of(spec).map(outlook::timed).orElse(outlook),
                            new MachineMemory().total(),
                            limits.diskBytes(),
                            problem(spec)));
        } catch (RuntimeException unreadable) {
            failures.warn(
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
}
