package io.laptopdiff.diffusion.location;

import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.schedulers.Scheduler;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.vae.VaeConfig;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The location of a teacher: a diffusers directory; one variant of its weights, which {@code #fp16}
 * at the end names; or a {@code .safetensors} file of a whole model in the original layout.
 * Whatever it is, it is read as a directory.
 */
public final class PipelineLocation {

    private static final Pattern VARIANT = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Map<String, Made> MADE = new ConcurrentHashMap<>();

    private record Made(DirectoryView view, Path directory) {}

    /** A location without its variant, which is null where none is named. */
    private record Named(String place, String variant) {}

    private PipelineLocation() {}

    /**
     * The directory to read the model from. For a variant or a single file it is made of links in
     * the directory for temporary files, and lasts as long as this process.
     *
     * @param local finds what lies at a location on this machine
     * @throws CheckpointException if it is no model, lacks a part, or has no such variant
     * @throws RuntimeException whatever {@code local} throws
     */
    public static Path directory(String location, Function<String, Path> local) {
        Named named = named(location);
        Path place = local.apply(named.place());
        if (!Files.isDirectory(place)) {
            if (named.variant() != null) {
                throw new CheckpointException(
                        "A single file has no variants", place, "", "Leave --variant out.");
            }
            return made(location, SingleFile.view(place));
        }
        requireParts(place);
        Optional<DirectoryView> view = new Variants(place).view(named.variant());
        return view.isPresent() ? made(location, view.get()) : place;
    }

    /** The part of a location that names a place on this machine or elsewhere. */
    public static String place(String location) {
        return named(location).place();
    }

    /** Returns the location of the same variant at another place. */
    public static String at(String place, String location) {
        String variant = named(location).variant();
        return variant == null ? place : of(place, variant);
    }

    /** The location of a variant. */
    public static String of(String place, String variant) {
        return place + "#" + variant;
    }

    /**
     * Tells what of a model is taken in another way than its files say, corrected or ignored as
     * diffusers does it, and where its files contradict each other.
     *
     * @param directory that {@link #directory} gave
     * @return a sentence each; empty where everything is taken as it stands
     */
    public static List<String> notes(Path directory) {
        List<String> notes = new ArrayList<>();
        MADE.values().stream()
                .filter(made -> made.directory().equals(directory))
                .forEach(made -> notes.addAll(made.view().notes()));
        notes.addAll(UNetConfig.notes(directory.resolve("unet")));
        notes.addAll(VaeConfig.notes(directory.resolve("vae")));
        notes.addAll(Scheduler.notes(directory));
        return notes;
    }

    /**
     * Takes a location apart. A path may hold that sign itself: what lies there under the whole
     * name comes first.
     */
    private static Named named(String location) {
        int at = location == null ? -1 : location.lastIndexOf('#');
        if (at <= 0 || exists(location)) {
            return new Named(location, null);
        }
        String variant = location.substring(at + 1);
        return VARIANT.matcher(variant).matches()
                ? new Named(location.substring(0, at), variant)
                : new Named(location, null);
    }

    private static boolean exists(String path) {
        try {
            return Files.exists(Path.of(path));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Path made(String location, DirectoryView view) {
        return MADE.compute(
                        location,
                        (same, before) ->
                                before != null
                                                && before.view().isSame(view)
                                                && Files.isDirectory(before.directory())
                                        ? before
                                        : new Made(view, view.make()))
                .directory();
    }

    /**
     * Refuses a directory without the parts of a pipeline, before any config of it is read, so that
     * the message is of the directory as a whole.
     */
    private static void requireParts(Path directory) {
        if (!Files.isRegularFile(directory.resolve("model_index.json"))) {
            String found =
                    Files.isRegularFile(directory.resolve("config.json"))
                            ? "It is one part of a model: model_index.json is not here"
                            : "It is no model in the diffusers layout: model_index.json is not here";
            throw new CheckpointException(
                    found,
                    directory,
                    "",
                    "Give the directory that holds model_index.json, unet, vae, text_encoder, tokenizer and scheduler.");
        }
        for (String part : List.of("unet", "vae", "text_encoder", "tokenizer", "scheduler")) {
            if (!Files.isDirectory(directory.resolve(part))) {
                throw new CheckpointException(
                        "The model has no directory " + part,
                        directory,
                        "",
                        "Copy or download the whole model; "
                                + part
                                + "/ lies beside model_index.json.");
            }
        }
    }
}
