package io.laptopdiff.standalone.start;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.MachineMemory;
import io.laptopdiff.diffusion.doctor.EngineFacts;
import io.laptopdiff.estimation.RunLimits;
import io.laptopdiff.estimation.WorkerSettings;
import io.quarkus.runtime.configuration.MemorySize;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;

/** How the workers of this process are, or would be, configured. */
public final class Workers {

    private Workers() {}

    /**
     * Reads the settings anew, as the services do when they start; they need not run.
     *
     * @throws IllegalArgumentException if an option is not as it must be
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

    /** Returns what they compute on. */
    public static Devices devices() {
        return Devices.of(device());
    }

    /** Returns what they compute on, in the words of the configuration. */
    public static String device() {
        return ConfigProvider.getConfig()
                .getOptionalValue(Devices.OPTION, String.class)
                .orElse(Devices.AUTO);
    }

    /**
     * Workers without a right engine take no job, so that a run would wait for ever.
     *
     * @throws StageException telling what is wrong with the engine, and what to do
     */
    public static void requireEngine() {
        EngineFacts.obstacle(device())
                .ifPresent(
                        found -> {
                            throw new StageException(found.what(), found.where(), found.howToFix());
                        });
    }

    /**
     * Returns what a run may take of this machine. A GPU has memory of its own, which its workers
     * look at.
     *
     * @param root where results are kept, or will be
     */
    public static RunLimits limits(Path root) {
        long disk = Disk.nearest(root).toFile().getUsableSpace();
        if (devices().first().isGpu()) {
            long unknown = Long.MAX_VALUE;
            return new RunLimits(unknown, unknown, unknown, unknown, disk);
        }
        long machine = new MachineMemory().total();
        return new RunLimits(
                memory("laptopdiff.scoring.memory", machine),
                memory("laptopdiff.distillation.memory", machine),
                memory("laptopdiff.evaluation.memory", machine),
                machine,
                disk);
    }

    private static long memory(String name, long machine) {
        return ConfigProvider.getConfig()
                .getOptionalValue(name, MemorySize.class)
                .map(MemorySize::asLongValue)
                .orElse(machine);
    }

    private static int option(String name, int unset) {
        return ConfigProvider.getConfig().getOptionalValue(name, Integer.class).orElse(unset);
    }
}
