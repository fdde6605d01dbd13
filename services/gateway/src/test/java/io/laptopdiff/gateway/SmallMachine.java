package io.laptopdiff.gateway;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.RunSpec;
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

    @Override
    public List<FieldProblem> problems(RunSpec spec) {
        return List.of();
    }

    @Override
    public void require(RunSpec spec) {
        if (spec.variants().stream().anyMatch(variant -> variant.name().equals(TOO_LARGE))) {
            throw new StageException(
                    "It takes about 40.0 GB of memory",
                    "scoring",
                    "Set scoring.precision to bf16.");
        }
    }

    @Override
    public Optional<RunForecast> forecast(RunSpec spec) {
        boolean fits = spec.variants().stream().noneMatch(v -> v.name().equals(TOO_LARGE));
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
