package io.laptopdiff.diffusion.fabrication;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A pipeline's small files, all but its weights, by their path inside the pipeline directory. */
public final class ConfigFiles {

    /** The models whose configs come along. */
    public static final List<String> BUILT_IN = List.of("sd15", "sd21", "sdxl");

    static final String INDEX = "model_index.json";

    private static final String XL = "StableDiffusionXLPipeline";
    private static final long LARGEST_BYTES = 64L << 20; // far above any config or vocabulary
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path origin;
    private final Map<String, byte[]> files;

    private ConfigFiles(Path origin, Map<String, byte[]> files) {
        this.origin = origin;
        this.files = Collections.unmodifiableMap(files);
    }

    /**
     * Finds the configs that come along under a name, or those of a directory.
     *
     * @param nameOrDirectory one of {@link #BUILT_IN}, or a directory with {@code model_index.json}
     * @throws CheckpointException if it is neither
     */
    public static ConfigFiles find(String nameOrDirectory) {
        if (BUILT_IN.contains(nameOrDirectory)) {
            return builtIn(nameOrDirectory);
        }
        Path directory = Path.of(nameOrDirectory);
        if (!Files.isDirectory(directory)) {
            throw new CheckpointException(
                    "There is no such model config",
                    nameOrDirectory,
                    "Give one of " + BUILT_IN + " or a directory with " + INDEX + ".");
        }
        return in(directory);
    }

    private static ConfigFiles builtIn(String name) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(INDEX, resource(name, INDEX));
        ConfigFiles index = new ConfigFiles(Path.of(name), files);
        for (String part : index.parts()) {
            String file = part + "/" + nameOfConfig(part);
            files.put(file, resource(name, file));
        }
        return index;
    }

    private static String nameOfConfig(String part) {
        if (part.equals("scheduler")) {
            return "scheduler_config.json";
        }
        return part.startsWith("tokenizer") ? "tokenizer_config.json" : "config.json";
    }

    private static byte[] resource(String model, String file) {
        try (InputStream in = ConfigFiles.class.getResourceAsStream(model + "/" + file)) {
            if (in == null) {
                throw new IllegalStateException("Resource " + model + "/" + file + " is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("Resource " + model + "/" + file, e);
        }
    }

    private static ConfigFiles in(Path directory) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        ConfigFiles index = new ConfigFiles(directory, files);
        files.put(INDEX, read(directory.resolve(INDEX)));
        for (String part : index.parts()) {
            for (Path file : list(directory.resolve(part))) {
                if (isWanted(file)) {
                    files.put(part + "/" + file.getFileName(), read(file));
                }
            }
        }
        return index;
    }

    private static List<Path> list(Path part) {
        if (!Files.isDirectory(part)) {
            return List.of(); // whoever needs a file of it says so
        }
        try (Stream<Path> listing = Files.list(part)) {
            return listing.sorted().toList();
        } catch (IOException e) {
            throw unreadable(part, e);
        }
    }

    /**
     * Returns whether a file is one of the small files. A pruned student's U-Net comes with its
     * Python class; an index of shards is a weight file.
     */
    private static boolean isWanted(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file)
                && !name.contains(".index.")
                && Stream.of(".json", ".txt", ".py").anyMatch(name::endsWith);
    }

    private static byte[] read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException(
                    "No such config",
                    file,
                    "",
                    "Give the directory of a model in the diffusers layout.");
        }
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw new CheckpointException(
                        "The config is larger than " + LARGEST_BYTES + " bytes",
                        file,
                        "",
                        "Remove it if it is no config.");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static CheckpointException unreadable(Path file, IOException cause) {
        return new CheckpointException(
                "The file cannot be read: " + cause.getMessage(),
                file,
                "",
                "Check its permissions and the disk.");
    }

    /** Returns where the files came from, for messages. */
    public Path origin() {
        return origin;
    }

    /** Returns a map of path inside the pipeline directory to content. */
    public Map<String, byte[]> files() {
        return files;
    }

    boolean has(String file) {
        return files.containsKey(file);
    }

    /** Returns a JSON file of these, with typed access. */
    ModelConfig config(String file) {
        Path path = origin.resolve(file);
        if (!has(file)) {
            throw new CheckpointException(
                    "No such config",
                    path,
                    "",
                    "Give the directory of a model in the diffusers layout.");
        }
        try {
            return ModelConfig.of(path, JSON.readTree(files.get(file)));
        } catch (IOException e) {
            throw new CheckpointException(
                    "The config is not JSON", path, "", "Copy or download it again.");
        }
    }

    boolean isXl() {
        return config(INDEX)
                .choice("_class_name", "", Set.of("StableDiffusionPipeline", XL))
                .equals(XL);
    }

    /** The parts that such a pipeline cannot do without, each a directory. */
    public List<String> parts() {
        List<String> parts =
                new ArrayList<>(List.of("scheduler", "text_encoder", "tokenizer", "unet", "vae"));
        if (isXl()) {
            parts.addAll(List.of("text_encoder_2", "tokenizer_2"));
        }
        return parts;
    }
}
