package io.laptopdiff.worker;

import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.engine.EngineReport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** Whether the engine of this process may compute. */
sealed interface EngineState {

    /** Says so in an answer about health. */
    void tell(HealthCheckResponseBuilder answer, Function<Devices, String> device);

    /** The check has not ended. */
    record Unchecked() implements EngineState {
        @Override
        public void tell(HealthCheckResponseBuilder answer, Function<Devices, String> device) {
            answer.down().withData("error", "the engine is being checked, which takes seconds");
        }
    }

    /**
     * Every operator has a right form.
     *
     * @param devices that are configured, and there
     */
    record Right(EngineReport report, Devices devices) implements EngineState {
        @Override
        public void tell(HealthCheckResponseBuilder answer, Function<Devices, String> device) {
            answer.up()
                    .withData("engine", "PyTorch " + report.libtorch())
                    .withData("device", device.apply(devices));
            if (!report.refused().isEmpty()) {
                answer.withData("replaced", replaced());
            }
        }

        private String replaced() {
            return report.refused().stream()
                    .map(
                            refused ->
                                    refused.text()
                                            + ", computed as "
                                            + report.chosen(refused.operator())
                                                    .orElseThrow()
                                                    .form())
                    .collect(Collectors.joining("; "));
        }
    }

    /**
     * Nothing may be computed.
     *
     * @param reason what is wrong, and what to do about it
     */
    record Unusable(String reason) implements EngineState {
        @Override
        public void tell(HealthCheckResponseBuilder answer, Function<Devices, String> device) {
            answer.down().withData("error", reason);
        }
    }
}
