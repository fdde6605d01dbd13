package io.laptopdiff.standalone.command;

import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.fabrication.CheckpointFabricator;
import io.laptopdiff.diffusion.fabrication.CheckpointPlan;
import io.laptopdiff.diffusion.fabrication.ConfigFiles;
import io.laptopdiff.diffusion.fabrication.ShardSize;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Writes a checkpoint of random weights. */
@Command(
        name = "fabricate",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.IS_DONE, ExitCodes.IS_UNABLE, ExitCodes.IS_WRONG},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes a whole checkpoint in the shapes of a real model with random weights, to try whether a machine has the"
                    + " memory, disk and time for it. Its images mean nothing; nothing is downloaded.",
            ""
        })
final class FabricateCommand implements Callable<Integer> {

    /** Element types by PyTorch's names. */
    private enum Dtype {
        FLOAT32(TensorType.F32),
        FLOAT16(TensorType.F16),
        BFLOAT16(TensorType.BF16);

        private final TensorType type;

        Dtype(TensorType type) {
            this.type = type;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final class ShardSizeConverter implements ITypeConverter<ShardSize> {
        @Override
        public ShardSize convert(String value) {
            try {
                return ShardSize.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Spec private CommandSpec spec;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "sd15|sd21|sdxl|DIR",
            description =
                    "The model's shapes: a published model's, or those of a pipeline directory's configs.")
    private String config;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "The checkpoint; must not exist, or be empty.")
    private Path out;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of the weights (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            defaultValue = "float32",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Dtype dtype;

    @Option(
            names = "--max-shard-size",
            paramLabel = "SIZE",
            defaultValue = "2GB",
            converter = ShardSizeConverter.class,
            description =
                    "The most that one weight file holds, as 2GB or 500MiB (default: ${DEFAULT-VALUE}).")
    private ShardSize maxShardSize;

    @Override
    public Integer call() throws Exception {
        PrintWriter console = spec.commandLine().getOut();
        CheckpointPlan plan = CheckpointPlan.of(ConfigFiles.find(config), dtype.type, maxShardSize);
        plan.parameters()
                .forEach(
                        (part, count) ->
                                console.printf(
                                        Locale.ROOT, "%-14s %,13d parameters%n", part, count));
        CheckpointFabricator fabricator = new CheckpointFabricator(plan, out);
        console.printf(
                Locale.ROOT,
                "needs %s on disk as %s, of %s that are free%n",
                gigabytes(plan.sizeBytes()),
                dtype,
                gigabytes(fabricator.freeBytes()));
        console.flush();
        fabricator.write(
                seed, (file, bytes) -> console.println("  " + file + "  " + gigabytes(bytes)));
        console.println("checkpoint: " + out);
        return 0;
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }
}
