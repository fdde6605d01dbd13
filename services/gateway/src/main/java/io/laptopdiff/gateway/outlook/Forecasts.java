package io.laptopdiff.gateway.outlook;

import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.estimation.Residence;
import io.laptopdiff.estimation.RunOutlook;
import io.laptopdiff.estimation.StageEstimate;
import io.laptopdiff.gateway.runs.RunForecast;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Estimates as the gateway shows them. */
public final class Forecasts {
    private Forecasts() {}

    /**
     * @param memoryBytes that the workers' machine has; null where it is not known
     * @param diskBytes that are free there; null where they are not known
     * @param problem why it does not fit; empty if it does
     */
    public static RunForecast of(
            RunSpec spec,
            RunOutlook outlook,
            Long memoryBytes,
            Long diskBytes,
            Optional<String> problem) {
        return new RunForecast(
                preview(spec, outlook),
                estimate(outlook, memoryBytes, diskBytes),
                problem.isEmpty(),
                problem.orElse(null));
    }

    private static RunForecast.Preview preview(RunSpec spec, RunOutlook outlook) {
        List<RunForecast.Variant> variants =
                outlook.students().stream()
                        .map(
                                student -> {
                                    VariantSpec variant = spec.variant(student.name());
                                    return new RunForecast.Variant(
                                            student.name(),
                                            boxed(student.budget()),
                                            variant.handcrafted(),
                                            boxed(student.parameters()));
                                })
                        .toList();
        return new RunForecast.Preview(
                new RunForecast.Teacher(outlook.units(), outlook.parameters()),
                variants,
                spec.calibration().slices());
    }

    private static RunForecast.Estimate estimate(
            RunOutlook outlook, Long memoryBytes, Long diskBytes) {
        List<RunForecast.Stage> stages =
                outlook.stages().stream()
                        .map(
                                stage ->
                                        new RunForecast.Stage(
                                                stage.stage(),
                                                Residence.of(stage.memoryBytes()),
                                                known(stage.seconds()),
                                                stage.diskBytes()))
                        .toList();
        double seconds = outlook.stages().stream().mapToDouble(StageEstimate::seconds).sum();
        return new RunForecast.Estimate(
                stages,
                stages.stream().mapToLong(RunForecast.Stage::memoryBytes).max().orElse(0),
                known(seconds),
                outlook.diskBytes(),
                memoryBytes,
                diskBytes);
    }

    private static Double known(double seconds) {
        return Double.isNaN(seconds) ? null : Double.valueOf(seconds);
    }

    private static Long boxed(OptionalLong value) {
        return value.isPresent() ? Long.valueOf(value.getAsLong()) : null;
    }
}
