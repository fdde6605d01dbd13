package io.laptopdiff.diffusion.fabrication;

import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.clip.ClipTokenizer;
import io.laptopdiff.diffusion.pipeline.StableDiffusionPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** Writes a planned checkpoint with random weights, whole or not at all. */
public final class CheckpointFabricator {

    /** A listener that hears of every weight file once it is written. */
    @FunctionalInterface
    public interface Listener {
        void written(String file, long sizeBytes);
    }

    private final CheckpointPlan plan;
    private final Path target;

    /**
     * @param target the checkpoint's directory
     * @throws CheckpointException if the target holds something already, or the disk has too little
     *     room
     * @throws IOException if the disk cannot be asked
     */
    public CheckpointFabricator(CheckpointPlan plan, Path target) throws IOException {
        this.plan = plan;
        this.target = target.toAbsolutePath().normalize();
        requireFree();
        requireRoom();
    }

    private void requireFree() throws IOException {
        boolean taken = Files.exists(target);
        if (taken && Files.isDirectory(target)) {
            try (Stream<Path> listing = Files.list(target)) {
                taken = listing.findAny().isPresent();
            }
        }
        if (taken) {
            throw new CheckpointException(
                    "The target of the checkpoint is not an empty directory",
                    target,
                    "",
                    "Remove it or choose another directory.");
        }
    }

    private void requireRoom() throws IOException {
        if (plan.sizeBytes() > freeBytes()) {
            throw new CheckpointException(
                    "The checkpoint needs "
                            + plan.sizeBytes()
                            + " bytes, and the disk has "
                            + freeBytes()
                            + " left",
                    target,
                    "",
                    "Free some, choose a directory on another disk, or store 2 bytes per parameter.");
        }
    }

    /**
     * The bytes that the target's disk has left.
     *
     * @throws IOException if the disk cannot be asked
     */
    public long freeBytes() throws IOException {
        Path there = target;
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        return Files.getFileStore(there).getUsableSpace();
    }

    /**
     * Writes beside the target, then moves all of it there at once.
     *
     * @param seed the same seed gives the same tensors, however they are spread over files
     * @throws CheckpointException if the parts do not fit each other; then nothing is left
     * @throws IOException if the disk refuses; then nothing is left
     */
    public void write(long seed, Listener listener) throws IOException {
        try (Staging staging = new Staging(target)) {
            fill(staging.directory(), seed, listener);
            staging.finish();
        }
    }

    private void fill(Path directory, long seed, Listener listener) throws IOException {
        for (Map.Entry<String, byte[]> file : plan.smallFiles().entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        // Before the weights, which take their time.
        StableDiffusionPipeline.checkConfigs(directory);
        requireTokenizers(directory);
        ShardWriter writer = new ShardWriter(seed);
        for (ModelPart part : plan.parts()) {
            Path home = directory.resolve(part.name());
            for (Shard shard : part.shards()) {
                writer.write(home, part.name(), shard);
                listener.written(
                        part.name() + "/" + shard.file(), Files.size(home.resolve(shard.file())));
            }
        }
    }

    private static void requireTokenizers(Path directory) throws IOException {
        try (Stream<Path> parts = Files.list(directory)) {
            for (Path part : (Iterable<Path>) parts::iterator) {
                if (part.getFileName().toString().startsWith("tokenizer")) {
                    ClipTokenizer.load(part).close();
                }
            }
        }
    }
}
