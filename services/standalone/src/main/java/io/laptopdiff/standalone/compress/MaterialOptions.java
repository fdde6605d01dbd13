package io.laptopdiff.standalone.compress;

import io.laptopdiff.artifacts.ArtifactException;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.location.PipelineLocation;
import io.laptopdiff.standalone.start.LocaleCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that say where models and data lie. */
final class MaterialOptions {

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = {
                "The checkpoint: a diffusers directory with model_index.json and safetensors weights, or one",
                ".safetensors file of a whole SD-v1.x, SD-v2.x or SDXL model."
            })
    private Path model;

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            description =
                    "Which weights of the directory, such as fp16 (default: the plain ones, or the only ones).")
    private String variant;

    @Option(
            names = "--train",
            paramLabel = "DATA",
            description = {
                "Captioned images to distil on; also to score on, unless said otherwise below: a directory with",
                "metadata.jsonl or a .txt beside each image; a .tar file of such pairs, a directory of them, or",
                "several, such as train-{000..127}.tar or https://host/train-{000..127}.tar."
            })
    private String train;

    @Option(
            names = "--held-out",
            paramLabel = "DIR",
            description = "Captioned images that no training saw, to evaluate on.")
    private Path heldOut;

    @Option(
            names = "--scorer",
            paramLabel = "DIR",
            description =
                    "A CLIPModel directory with safetensors weights; judges the generated images.")
    private Path scorer;

    @Option(
            names = "--calibration",
            paramLabel = "DATA",
            description = "Captioned images to score layers on, as for --train.")
    private String calibration;

    @Option(
            names = "--calibration-prompts",
            paramLabel = "FILE",
            description =
                    "Instead: prompts that the teacher itself draws the images from to score layers on.")
    private Path calibrationPrompts;

    @Option(
            names = "--prompt-list",
            paramLabel = "FILE",
            description =
                    "Prompts to evaluate on, one a line, or a .json, .jsonl, .tsv or .csv of them (default: held-out captions).")
    private Path promptList;

    void layOver(RequestFields request) {
        if (calibration != null && calibrationPrompts != null) {
            throw new IllegalArgumentException(
                    "--calibration and --calibration-prompts exclude each other; leave one out");
        }
        request.set("teacher", absolute(model));
        if (variant != null && request.at("teacher").isTextual()) {
            String place = PipelineLocation.place(request.at("teacher").asText());
            request.set("teacher", PipelineLocation.of(place, variant));
        }
        request.set("distillation.dataset", absolute(train));
        request.set("evaluation.dataset", absolute(heldOut));
        request.set("evaluation.scorer", absolute(scorer));
        request.set("evaluation.promptList", absolute(promptList));
        if (calibration != null) {
            request.remove("calibration.prompts");
            request.set("calibration.dataset", absolute(calibration));
        } else if (calibrationPrompts != null) {
            request.remove("calibration.dataset");
            request.set("calibration.prompts", absolute(calibrationPrompts));
        } else if (!request.has("calibration.prompts")) {
            request.setIfAbsent("calibration.dataset", absolute(train));
        }
    }

    /** Checks that all is there, before minutes go by in starting services. */
    void requireThere() {
        Map<String, Path> given = new LinkedHashMap<>();
        given.put("--model", model);
        given.put("--train", local(train));
        given.put("--held-out", heldOut);
        given.put("--scorer", scorer);
        given.put("--calibration", local(calibration));
        given.put("--calibration-prompts", calibrationPrompts);
        given.put("--prompt-list", promptList);
        given.forEach(
                (option, path) -> {
                    LocaleCheck.requireReadable(option, path);
                    if (path != null && !Files.exists(path)) {
                        throw new IllegalArgumentException(
                                option
                                        + ": nothing lies at "
                                        + path.toAbsolutePath().normalize()
                                        + "; check the spelling of the path");
                    }
                });
        if (model != null) {
            requireModel();
        }
        requireParts("--train", train);
        requireParts("--calibration", calibration);
    }

    private void requireModel() {
        String location = absolute(model);
        try {
            PipelineLocation.directory(
                    variant == null ? location : PipelineLocation.of(location, variant), Path::of);
        } catch (CheckpointException e) {
            throw new IllegalArgumentException("--model: " + e.getMessage(), e);
        }
    }

    /** Checks that each part of data in several files on this machine is there. */
    private static void requireParts(String option, String data) {
        if (data == null || isAddress(data) || !data.contains("{")) {
            return;
        }
        try {
            Artifacts.ofFiles().checkData(data);
        } catch (ArtifactException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns the path of what lies here; null of what is an address, which the gateway looks at,
     * or stands for several files.
     */
    private static Path local(String data) {
        if (data == null || isAddress(data)) {
            return null;
        }
        Path path = Path.of(data);
        return data.contains("{") && !Files.exists(path) ? null : path;
    }

    private static boolean isAddress(String data) {
        return data.contains("://");
    }

    private static String absolute(String data) {
        return data == null || isAddress(data) ? data : absolute(Path.of(data));
    }

    private static String absolute(Path path) {
        return path == null ? null : path.toAbsolutePath().normalize().toString();
    }
}
