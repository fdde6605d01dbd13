package io.laptopdiff.diffusion.location;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.clip.ClipVocabulary;
import io.laptopdiff.diffusion.fabrication.ConfigFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A single file of a whole model in the original layout, seen as a diffusers directory: the configs
 * of its base, the tokenizers, and links to the file where the weights of a part would be.
 */
final class SingleFile {

    private static final List<String> PICKLES = List.of(".ckpt", ".bin", ".pt", ".pth");
    private static final String SCHEDULER = "scheduler/scheduler_config.json";
    private static final String UNET = "unet/config.json";
    private static final int SIZE_OF_SD2_BASE = 64;
    private static final ObjectMapper JSON = new ObjectMapper();

    private SingleFile() {}

    /**
     * Returns what a directory of a single file holds.
     *
     * @throws CheckpointException if it is no single file of a model that is known
     */
    static DirectoryView view(Path file) {
        String name = file.getFileName().toString();
        if (PICKLES.stream().anyMatch(name::endsWith)) {
            throw new CheckpointException(
                    "A pickled checkpoint can run its own code when it is loaded",
                    file,
                    "",
                    "Give the same model as .safetensors, or a directory that diffusers wrote.");
        }
        if (!name.endsWith(".safetensors")) {
            throw new CheckpointException(
                    "The model is a file, and no .safetensors file",
                    file,
                    "",
                    "Give a directory that diffusers wrote, or a .safetensors file of a whole model.");
        }
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            KnownBase base = KnownBase.of(opened);
            DirectoryView view = view(file, ConfigFiles.find(base.configs()));
            correct(base, opened, view);
            return view;
        }
    }

    /** Returns the same as the other {@code view}, of a file that those configs belong to. */
    static DirectoryView view(Path file, ConfigFiles configs) {
        DirectoryView view = new DirectoryView();
        configs.files().forEach(view::add);
        Map<String, byte[]> vocabulary = ClipVocabulary.files();
        for (String part : configs.parts()) {
            if (part.startsWith("tokenizer")) {
                vocabulary.forEach((name, content) -> view.addIfAbsent(part + "/" + name, content));
            } else if (part.startsWith("text_encoder")) {
                view.link(part + "/model.safetensors", file);
            } else if (!part.equals("scheduler")) {
                view.link(part + "/diffusion_pytorch_model.safetensors", file);
            }
        }
        return view;
    }

    /**
     * Corrects what tensors of the networks do not tell. A file of SDXL that was trained to predict
     * the velocity says so by a tensor of its own, and whether its schedule ends without signal by
     * another. SD-v2's base and its larger models have the same tensors: the YAML file that belongs
     * beside them tells; without it, this takes the larger one, as diffusers does.
     */
    private static void correct(KnownBase base, SafetensorsFile file, DirectoryView view) {
        if (base == KnownBase.SDXL && file.tensors().containsKey("v_pred")) {
            change(view, SCHEDULER, "prediction_type", JSON.valueToTree("v_prediction"));
            if (file.tensors().containsKey("ztsnr")) {
                change(view, SCHEDULER, "rescale_betas_zero_snr", JSON.valueToTree(true));
            }
        }
        Path yaml = yaml(file.file());
        if (base != KnownBase.SD21) {
            return;
        }
        if (!Files.isRegularFile(yaml)) {
            view.note(
                    file.file().getFileName()
                            + " is taken as an SD-v2.1 that predicts the velocity at 768 pixels; the tensors of SD-v2-base"
                            + " look the same: if it is one, put its .yaml beside it");
        } else if (!predictsVelocity(yaml)) {
            change(view, SCHEDULER, "prediction_type", JSON.valueToTree("epsilon"));
            change(view, UNET, "sample_size", JSON.valueToTree(SIZE_OF_SD2_BASE));
        }
    }

    private static Path yaml(Path file) {
        String name = file.getFileName().toString();
        return file.resolveSibling(
                name.substring(0, name.length() - ".safetensors".length()) + ".yaml");
    }

    private static boolean predictsVelocity(Path yaml) {
        try {
            return Files.readString(yaml)
                    .lines()
                    .map(line -> line.replaceAll("[\\s\"']", ""))
                    .anyMatch("parameterization:v"::equals);
        } catch (IOException e) {
            throw new CheckpointException(
                    "The file cannot be read: " + e.getMessage(),
                    yaml,
                    "",
                    "Check its permissions and the disk.");
        }
    }

    private static void change(DirectoryView view, String file, String field, JsonNode value) {
        try {
            ObjectNode config = (ObjectNode) JSON.readTree(view.content(file));
            config.set(field, value);
            view.add(file, config.toPrettyString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the configs that come along are JSON", e);
        }
    }
}
