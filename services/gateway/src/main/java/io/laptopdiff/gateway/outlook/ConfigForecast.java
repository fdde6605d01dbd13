package io.laptopdiff.gateway.outlook;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.estimation.RunFit;
import io.laptopdiff.estimation.RunLimits;
import io.laptopdiff.estimation.RunOutlook;
import io.laptopdiff.estimation.WorkerSettings;
import io.laptopdiff.estimation.check.RunCheck;
import io.laptopdiff.gateway.runs.FieldProblem;
import io.laptopdiff.gateway.runs.GatewayConfig;
import io.laptopdiff.gateway.runs.RunAdmission;
import io.laptopdiff.gateway.runs.RunForecast;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The forecast of a gateway whose workers are elsewhere. It reads the models' configs where it sees
 * them; times it cannot know, and the workers' memory only if it is told.
 */
@Singleton
@DefaultBean
class ConfigForecast implements RunAdmission {
    private static final Logger LOG = Logger.getLogger(ConfigForecast.class);

    private final Artifacts artifacts;
    private final GatewayConfig config;
    private final RunCheck check;

    ConfigForecast(Artifacts artifacts, ArtifactStore store, GatewayConfig config) {
        this.artifacts = artifacts;
        this.check = RunCheck.ofThisMachine(artifacts, store);
        this.config = config;
    }

    @Override
    public List<FieldProblem> problems(RunSpec spec) {
        return config.checkLocations() ? Findings.of(spec, check) : List.of();
    }

    @Override
    public void require(RunSpec spec) {
        Optional<Long> memory = config.workerMemory().map(MemorySize::asLongValue);
        if (memory.isEmpty() || isOutOfSight(spec)) {
            return;
        }
        long bytes = memory.get();
        try {
            new RunFit(artifacts, limits(bytes)).requireFits(spec);
        } catch (StageException e) {
            throw e;
        } catch (RuntimeException unreadable) {
            LOG.debugf(unreadable, "not estimated teacher=%s", spec.teacher());
        }
    }

    @Override
    public Optional<RunForecast> forecast(RunSpec spec) {
        if (isOutOfSight(spec)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Forecasts.of(
                            spec,
                            RunOutlook.of(
                                    spec,
                                    artifacts,
                                    WorkerSettings.DEFAULT,
                                    config.workerMemory()
                                            .map(size -> limits(size.asLongValue()))
                                            .orElse(RunLimits.NONE)),
                            config.workerMemory().map(MemorySize::asLongValue).orElse(null),
                            null,
                            problem(spec)));
        } catch (RuntimeException unreadable) {
            // The stage that reads this config tells more of it.
            LOG.debugf(unreadable, "not forecast teacher=%s", spec.teacher());
            return Optional.empty();
        }
    }

    private static RunLimits limits(long bytes) {
        return new RunLimits(bytes, bytes, bytes, bytes, Long.MAX_VALUE);
    }

    private boolean isOutOfSight(RunSpec spec) {
        return !config.checkLocations() || RunOutlook.needsFetching(spec, artifacts);
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
