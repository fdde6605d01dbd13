package io.laptopdiff.standalone.command;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.FeatureNormalization;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.VariantSpec;
import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.follow.ResultTable;
import io.laptopdiff.standalone.follow.RunFollower;
import io.laptopdiff.standalone.start.House;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compresses the user's own checkpoint, in this process or on a running gateway. */
@Command(
        name = "compress",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Scores, plans, distils and evaluates the U-Net of a Stable Diffusion checkpoint.",
            "Without --gateway, broker and services run in this process until the run has ended.",
            ""
        },
        footer = {
            "",
            "A data directory holds images and a metadata.jsonl with a line per image:",
            "  {\"file_name\": \"0001.png\", \"text\": \"a small red circle on a blue background\"}",
            "",
            "Example: half the parameters, against the handcrafted BK-SDM Base of the same teacher:",
            "  laptop-diff compress --model sd15 --ratio 0.5 --handcrafted bk-base --train photos \\",
            "    --held-out more-photos --scorer clip-vit-large-patch14 --steps 20000"
        })
final class CompressCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;
    @Mixin private HouseOptions house;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description =
                    "The checkpoint: a diffusers directory with model_index.json and safetensors weights.")
    private Path model;

    @Option(
            names = "--ratio",
            paramLabel = "R",
            split = ",",
            description =
                    "Share of the U-Net's parameters to remove, in (0, 1); several give several students.")
    private List<Double> ratios = new ArrayList<>();

    @Option(
            names = "--handcrafted",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Also distils this handcrafted U-Net to compare with: bk-base, bk-small, bk-tiny.")
    private List<String> handcrafted = new ArrayList<>();

    @Option(
            names = "--train",
            paramLabel = "DIR",
            required = true,
            description =
                    "Captioned images to distil on; also to score on, unless --calibration is given.")
    private Path train;

    @Option(
            names = "--calibration",
            paramLabel = "DIR",
            description = "Captioned images to score layers on.")
    private Path calibration;

    @Option(
            names = "--held-out",
            paramLabel = "DIR",
            required = true,
            description = "Captioned images that no training saw, to evaluate on.")
    private Path heldOut;

    @Option(
            names = "--scorer",
            paramLabel = "DIR",
            required = true,
            description =
                    "A CLIPModel directory with safetensors weights; judges the generated images.")
    private Path scorer;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Calibration samples (default: 128).")
    private Integer samples;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Distillation steps (default: 10000).")
    private Integer steps;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Samples per distillation step (default: 16).")
    private Integer batchSize;

    @Option(names = "--learning-rate", paramLabel = "X", description = "Of AdamW (default: 5e-5).")
    private Double learningRate;

    @Option(
            names = "--feature-normalization",
            paramLabel = "NAME",
            description =
                    "none, l2 or squared-l2: what each feature loss is divided by (default: squared-l2).")
    private String featureNormalization;

    @Option(
            names = "--prompts",
            paramLabel = "N",
            description = "Captions to evaluate on (default: 64).")
    private Integer prompts;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of everything that is random (default: 0).")
    private Long seed;

    @Option(
            names = "--gateway",
            paramLabel = "URL",
            description = "A running gateway instead of this process.")
    private URI gateway;

    @Option(
            names = "--follow",
            description =
                    "With --gateway: shows the progress until the run has ended, instead of only its id.")
    private boolean follow;

    @Override
    public Integer call() throws Exception {
        RunSpec run = request();
        if (gateway != null) {
            return ask(gateway, run, follow);
        }
        return House.open(house.settings(0, false), (own, kafka) -> ask(own, run, true));
    }

    private static int ask(URI gateway, RunSpec run, boolean follow) throws Exception {
        GatewayClient client = new GatewayClient(gateway);
        String runId = client.create(run);
        System.out.println("run " + runId);
        if (!follow) {
            return 0;
        }
        RunStatus status =
                new RunFollower(client, System.out, System.console() != null).follow(runId);
        System.out.println();
        System.out.print(ResultTable.of(status));
        status.variants().stream()
                .filter(variant -> variant.student() != null)
                .forEach(
                        variant ->
                                System.out.println(
                                        "student " + variant.name() + ": " + variant.student()));
        return RunFollower.exitCode(status);
    }

    private RunSpec request() {
        if (ratios.isEmpty() && handcrafted.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "Missing: give --ratio, --handcrafted or both, to say which students you want");
        }
        try {
            List<VariantSpec> variants = new ArrayList<>();
            ratios.forEach(ratio -> variants.add(new VariantSpec(null, ratio, null)));
            handcrafted.forEach(name -> variants.add(new VariantSpec(null, null, name)));
            if (featureNormalization != null) {
                FeatureNormalization.of(featureNormalization);
            }
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("teacher", absolute(model));
            fields.put(
                    "calibration",
                    given(
                            "dataset",
                            absolute(calibration == null ? train : calibration),
                            "samples",
                            samples,
                            "seed",
                            seed));
            fields.put("variants", variants);
            fields.put(
                    "distillation",
                    given(
                            "dataset", absolute(train),
                            "steps", steps,
                            "batchSize", batchSize,
                            "learningRate", learningRate,
                            "featureNormalization", featureNormalization,
                            "seed", seed));
            fields.put(
                    "evaluation",
                    given(
                            "scorer",
                            absolute(scorer),
                            "dataset",
                            absolute(heldOut),
                            "prompts",
                            prompts,
                            "seed",
                            seed));
            return Json.of(RunSpec.class, fields);
        } catch (RuntimeException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Only what the user gave; the rest has the contract's defaults. */
    private static Map<String, Object> given(Object... namesAndValues) {
        Map<String, Object> given = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] != null) {
                given.put((String) namesAndValues[i], namesAndValues[i + 1]);
            }
        }
        return given;
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }
}
