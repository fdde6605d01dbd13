package io.laptopdiff.diffusion.location;

import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.WeightFiles;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The variants of weights that a diffusers directory holds, such as {@code
 * diffusion_pytorch_model.fp16.safetensors}, and the directory as it would be with one of them
 * alone.
 */
final class Variants {

    /** A part's variants under one base name. */
    private record Weights(Path part, String baseName, SortedMap<String, Path> variants) {

        boolean hasPlain() {
            return WeightFiles.plain(part, baseName).isPresent();
        }
    }

    private final Path directory;

    Variants(Path directory) {
        this.directory = directory;
    }

    /**
     * The directory with the weights of a variant under the plain names.
     *
     * @param variant to take, where a part has it; null takes the only one of parts that have
     *     nothing else
     * @return empty where the directory can be read as it stands
     * @throws CheckpointException if no part has the variant
     */
    Optional<DirectoryView> view(String variant) {
        SortedMap<String, Path> chosen = new TreeMap<>();
        SortedSet<String> known = new TreeSet<>();
        for (Path part : parts()) {
            for (String baseName : WeightFiles.BASE_NAMES) {
                Weights weights = new Weights(part, baseName, WeightFiles.variants(part, baseName));
                known.addAll(weights.variants().keySet());
                choice(weights, variant)
                        .ifPresent(file -> chosen.put(plainName(weights, file), file));
            }
        }
        if (variant != null && chosen.isEmpty()) {
            throw new CheckpointException(
                    "No part of the model has weights of the variant " + variant,
                    directory,
                    "",
                    known.isEmpty()
                            ? "Leave --variant out: there is one kind of weights here."
                            : "Take one of " + String.join(", ", known) + ".");
        }
        return chosen.isEmpty() ? Optional.empty() : Optional.of(linked(chosen));
    }

    private static Optional<Path> choice(Weights weights, String variant) {
        if (variant != null) {
            return Optional.ofNullable(weights.variants().get(variant));
        }
        return weights.hasPlain() || weights.variants().size() != 1
                ? Optional.empty()
                : Optional.of(weights.variants().get(weights.variants().firstKey()));
    }

    private String plainName(Weights weights, Path file) {
        String ending =
                file.toString().endsWith(".json") ? ".safetensors.index.json" : ".safetensors";
        return directory.relativize(weights.part()) + "/" + weights.baseName() + ending;
    }

    /** Links every file, but of a part whose weights are chosen, no other weights than these. */
    private DirectoryView linked(SortedMap<String, Path> chosen) {
        DirectoryView view = new DirectoryView();
        try (Stream<Path> files = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                String name = directory.relativize(file).toString();
                boolean weights = name.contains(".safetensors") && !name.contains("-of-");
                boolean replaced =
                        weights
                                && chosen.keySet().stream()
                                        .anyMatch(other -> parent(other).equals(parent(name)));
                if (!replaced) {
                    view.link(name, file);
                }
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        chosen.forEach(view::link);
        return view;
    }

    private static String parent(String name) {
        return name.contains("/") ? name.substring(0, name.lastIndexOf('/')) : "";
    }

    private Iterable<Path> parts() {
        try (Stream<Path> listing = Files.list(directory)) {
            return listing.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private CheckpointException unreadable(IOException e) {
        return new CheckpointException(
                "The directory cannot be listed: " + e.getMessage(),
                directory,
                "",
                "Check its permissions and the disk.");
    }
}
