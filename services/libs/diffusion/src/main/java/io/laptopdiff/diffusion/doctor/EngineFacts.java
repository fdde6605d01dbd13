package io.laptopdiff.diffusion.doctor;

import ai.djl.engine.Engine;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.engine.CheckedOperators;
import io.laptopdiff.diffusion.engine.EngineReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The facts of PyTorch in this process.
 *
 * @param libtorch its version
 * @param devices that are configured
 * @param gpus how many the engine sees
 * @param threads that one operator computes with
 * @param checkedAt when the operators were held against double precision
 * @param checkSeconds how long that took
 * @param kept whether an earlier process of this machine did it
 * @param operators the forms that were tried, those of one operator together
 * @param problem why nothing may be computed; null where every operator has a right form
 */
public record EngineFacts(
        String libtorch,
        List<String> devices,
        int gpus,
        int threads,
        Instant checkedAt,
        double checkSeconds,
        boolean kept,
        List<OperatorFacts> operators,
        Finding problem) {

    public EngineFacts {
        devices = List.copyOf(devices);
        operators = List.copyOf(operators);
    }

    /**
     * Returns the facts of this process; loads the engine, and checks it where nobody has on this
     * machine.
     *
     * @param device what is configured, in the words of {@link Devices}
     */
    public static EngineFacts here(String device) {
        EngineReport report = CheckedOperators.report();
        return of(
                report,
                Devices.of(device).all().stream().map(Devices::name).toList(),
                Engine.getEngine("PyTorch").getGpuCount());
    }

    /**
     * Tells why nothing can be computed in this process; empty where something can.
     *
     * @param device what is configured, in the words of {@link Devices}
     */
    public static Optional<Finding> obstacle(String device) {
        try {
            return Optional.ofNullable(here(device).problem());
        } catch (RuntimeException | LinkageError e) {
            return Optional.of(Diagnosis.ofEngine(e));
        }
    }

    static EngineFacts of(EngineReport report, List<String> devices, int gpus) {
        return new EngineFacts(
                report.libtorch(),
                devices,
                gpus,
                report.threads(),
                report.checkedAt(),
                report.seconds(),
                report.kept(),
                report.findings().stream().map(OperatorFacts::of).toList(),
                report.problem().map(Finding::of).orElse(null));
    }

    String text() {
        return "%s, %d threads, on %s, %d GPUs seen"
                .formatted(libtorch, threads, String.join("+", devices), gpus);
    }

    String checkText() {
        return "self-check of %s, which took %.1f s%s"
                .formatted(checkedAt, checkSeconds, kept ? ", kept" : "");
    }
}
