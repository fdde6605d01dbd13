package io.laptopdiff.gateway;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.estimation.check.RunCheck;
import io.laptopdiff.gateway.outlook.Findings;
import io.laptopdiff.gateway.runs.FieldProblem;
import io.laptopdiff.gateway.runs.RunAdmission;
import io.laptopdiff.gateway.runs.RunForecast;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Holds every run but one. */
@Singleton
public class SmallMachine implements RunAdmission {
    public static final String TOO_LARGE = "far-too-large";

    /** A variant of this name has its run's files read, as outside tests those of every run are. */
    public static final String CHECKED = "checked";

    private final RunCheck check;

    SmallMachine(Artifacts artifacts, ArtifactStore store) {
        this.check = RunCheck.ofThisMachine(artifacts, store);
    }

    @Override
    public List<FieldProblem> problems(RunSpec spec) {
        return has(spec, CHECKED) ? Findings.of(spec, check) : List.of();
    }

    private static boolean has(RunSpec spec, String variant) {
        return spec.variants().stream().anyMatch(known -> known.name().equals(variant));
    }

    @Override
    public void require(RunSpec spec) {
        if (has(spec, TOO_LARGE)) {
            throw new StageException(
                    "It takes about 40.0 GB of memory",
                    "scoring",
                    "Set scoring.precision to bf16.");
        }
    }

    @Override
    public Optional<RunForecast> forecast(RunSpec spec) {
        boolean fits = !has(spec, TOO_LARGE);
        return Optional.of(
                new RunForecast(
                        new RunForecast.Preview(
                                new RunForecast.Teacher(38, 859_520_964),
                                List.of(new RunForecast.Variant("any", 1L, null, null)),
                                spec.calibration().slices()),
                        new RunForecast.Estimate(
                                List.of(new RunForecast.Stage("scoring", 5, null, 0)),
                                5,
                                null,
                                0,
                                4L,
                                100L),
                        fits,
                        fits ? null : "It takes about 40.0 GB of memory"));
    }
}
