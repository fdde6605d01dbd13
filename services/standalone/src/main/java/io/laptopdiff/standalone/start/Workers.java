package io.laptopdiff.standalone.start;

import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.estimation.WorkerSettings;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;

/** How the workers of this process are, or would be, configured. */
public final class Workers {

    private Workers() {}

    /**
     * Read anew, as the services do when they start; they need not run.
     *
     * @throws IllegalArgumentException if an option is not a number, or a time, as it must be
     */
    public static WorkerSettings settings() {
        WorkerSettings unset = WorkerSettings.DEFAULT;
        return new WorkerSettings(
                option("laptopdiff.scoring.batch-size", unset.scoringBatch()),
                option("laptopdiff.scoring.together", unset.scoringTogether()),
                option("laptopdiff.evaluation.batch-size", unset.drawingBatch()),
                option("laptopdiff.evaluation.latency-passes", unset.latencyPasses()),
                ConfigProvider.getConfig()
                        .getOptionalValue("laptopdiff.evaluation.latency-time", Duration.class)
                        .orElse(unset.latencyTime()));
    }

    /** What they compute on, as {@link Devices#of} takes it. */
    public static String device() {
        return ConfigProvider.getConfig()
                .getOptionalValue(Devices.OPTION, String.class)
                .orElse(Devices.AUTO);
    }

    private static int option(String name, int unset) {
        return ConfigProvider.getConfig().getOptionalValue(name, Integer.class).orElse(unset);
    }
}
