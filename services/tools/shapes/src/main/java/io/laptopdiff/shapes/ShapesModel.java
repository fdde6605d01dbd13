package io.laptopdiff.shapes;

import io.laptopdiff.common.Trees;
import io.laptopdiff.common.WholeFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The shipped model on disk.
 *
 * @param model a directory in the layout of an SD-v1.5 checkpoint
 * @param scorer a CLIPModel directory, with tokenizer and preprocessing, that judges images against
 *     captions
 */
public record ShapesModel(Path model, Path scorer) {

    private static final String ROOT = "/io/laptopdiff/shapes/model/";
    private static final List<String> TOKENIZER =
            List.of("vocab.json", "merges.txt", "special_tokens_map.json", "tokenizer_config.json");
    private static final List<String> MODEL =
            List.of(
                    "README.md",
                    "model_index.json",
                    "scheduler/scheduler_config.json",
                    "text_encoder/config.json",
                    "text_encoder/model.safetensors",
                    "unet/config.json",
                    "unet/diffusion_pytorch_model.safetensors",
                    "vae/config.json",
                    "vae/diffusion_pytorch_model.safetensors");
    private static final List<String> SCORER =
            List.of("config.json", "model.safetensors", "preprocessor_config.json");

    /**
     * Copies the model out of the jar as {@code shapes} and {@code shapes-clip}. Each directory
     * appears whole or not at all; one that is there already and holds the same stays.
     *
     * @param directory is created where it is missing
     * @throws IOException if the disk refuses
     */
    public static ShapesModel extractTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<String> model =
                Stream.concat(MODEL.stream(), TOKENIZER.stream().map("tokenizer/"::concat))
                        .toList();
        List<String> scorer = Stream.concat(SCORER.stream(), TOKENIZER.stream()).toList();
        return new ShapesModel(
                extract(directory, "shapes", model), extract(directory, "shapes-clip", scorer));
    }

    private static Path extract(Path directory, String name, List<String> files)
            throws IOException {
        Path target = directory.resolve(name);
        if (holds(target, name, files)) {
            return target;
        }
        Path temporary = Files.createDirectory(WholeFiles.beside(target));
        try {
            for (String file : files) {
                Path copy = temporary.resolve(file);
                Files.createDirectories(copy.getParent());
                Files.write(copy, resource(name + "/" + file));
            }
            Trees.delete(target); // of another version, or damaged
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!holds(target, name, files)) { // unless another process was faster
                throw e;
            }
        } finally {
            Trees.delete(temporary);
        }
        return target;
    }

    private static boolean holds(Path target, String name, List<String> files) throws IOException {
        for (String file : files) {
            Path copy = target.resolve(file);
            if (!Files.isRegularFile(copy)
                    || !Arrays.equals(Files.readAllBytes(copy), resource(name + "/" + file))) {
                return false;
            }
        }
        return true;
    }

    private static byte[] resource(String file) throws IOException {
        try (InputStream stream = ShapesModel.class.getResourceAsStream(ROOT + file)) {
            if (stream == null) {
                throw new FileNotFoundException(
                        "Resource "
                                + ROOT
                                + file
                                + " is missing; build services/tools/shapes again: mvn -pl"
                                + " services/tools/shapes package");
            }
            return stream.readAllBytes();
        }
    }
}
