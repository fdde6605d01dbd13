package io.laptopdiff.diffusion.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the weights of a model directory: {@code <baseName>.safetensors} or {@code
 * <baseName>.safetensors.index.json}, or one of the variants that diffusers writes beside them or
 * alone, such as {@code <baseName>.bf16.safetensors}.
 */
public final class WeightFiles {

    /** The base names of the weights of a pipeline's parts, and of transformers' models. */
    public static final List<String> BASE_NAMES = List.of("diffusion_pytorch_model", "model");

    private static final String OF_DIFFUSERS = BASE_NAMES.get(0);

    private static final List<String> PICKLES = List.of(".bin", ".ckpt", ".pt", ".pth");
    private static final Pattern SHARD = Pattern.compile(".*-\\d+-of-\\d+.*");

    private WeightFiles() {}

    /**
     * The file of the plain weights, or of the only variant that is there.
     *
     * @return a safetensors file or a shard index
     * @throws CheckpointException if there is none, or several variants and no plain weights
     */
    static Path find(Path directory, String baseName) {
        Optional<Path> plain = plain(directory, baseName);
        if (plain.isPresent()) {
            return plain.get();
        }
        SortedMap<String, Path> variants = variants(directory, baseName);
        if (variants.size() == 1) {
            return variants.get(variants.firstKey());
        }
        if (variants.size() > 1) {
            throw new CheckpointException(
                    "The weights are here in several variants, "
                            + String.join(", ", variants.keySet())
                            + ", and none of them is the plain one",
                    directory,
                    "",
                    "Choose one: --variant "
                            + variants.firstKey()
                            + ", or \"#"
                            + variants.firstKey()
                            + "\" after the model's path in a request.");
        }
        throw new CheckpointException(
                missing(directory, baseName),
                directory.resolve(baseName + ".safetensors"),
                "",
                "Give a checkpoint in safetensors; a pickled one is converted with diffusers:"
                        + " model.save_pretrained(dir, safe_serialization=True), which writes "
                        + baseName
                        + ".safetensors.");
    }

    /**
     * The plain weights: a single file, or the index of shards. Where a model was saved again in
     * another way, both are there, and the libraries that write them disagree: diffusers reads the
     * shards, transformers the single file. An index that has lost its shards is what diffusers
     * leaves when it saves a single file over them.
     */
    public static Optional<Path> plain(Path directory, String baseName) {
        Path single = directory.resolve(baseName + ".safetensors");
        Path index = directory.resolve(baseName + ".safetensors.index.json");
        if (!Files.isRegularFile(index)) {
            return Optional.of(single).filter(Files::isRegularFile);
        }
        boolean shards =
                !Files.isRegularFile(single)
                        || (baseName.equals(OF_DIFFUSERS) && ShardIndex.isComplete(index));
        return Optional.of(shards ? index : single);
    }

    /**
     * The variants that lie in a directory.
     *
     * @return name, such as {@code fp16}, to the safetensors file or the shard index
     */
    public static SortedMap<String, Path> variants(Path directory, String baseName) {
        String base = Pattern.quote(baseName);
        Pattern single = Pattern.compile(base + "\\.(.+)\\.safetensors");
        Pattern index = Pattern.compile(base + "\\.safetensors\\.index\\.(.+)\\.json");
        SortedMap<String, Path> variants = new TreeMap<>();
        for (Path file : list(directory)) {
            String name = file.getFileName().toString();
            for (Pattern pattern : List.of(index, single)) {
                Matcher variant = pattern.matcher(name);
                if (variant.matches() && !SHARD.matcher(name).matches()) {
                    variants.put(variant.group(1), file);
                }
            }
        }
        return variants;
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> listing = Files.list(directory)) {
            List<Path> files = new ArrayList<>(listing.sorted().toList());
            files.removeIf(file -> !Files.isRegularFile(file));
            return files;
        } catch (IOException e) {
            throw new CheckpointException(
                    "The directory cannot be listed: " + e.getMessage(),
                    directory,
                    "",
                    "Check its permissions and the disk.");
        }
    }

    private static String missing(Path directory, String baseName) {
        return list(directory).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> PICKLES.stream().anyMatch(name::endsWith))
                .findFirst()
                .map(
                        name ->
                                "Only a pickled checkpoint, "
                                        + name
                                        + ", is here, and loading one can run its code")
                .orElse(
                        "The weights are missing: neither "
                                + baseName
                                + ".safetensors nor a shard index is here");
    }
}
