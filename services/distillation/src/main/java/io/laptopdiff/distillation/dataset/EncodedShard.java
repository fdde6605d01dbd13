package io.laptopdiff.distillation.dataset;

import ai.djl.ndarray.NDArray;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.common.Sha256;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.checkpoint.SafetensorsWriter;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encoded samples with their manifest. Both appear at once, so that a shard is there or not, and
 * two workers that make the same one leave the first.
 *
 * @param directory holds {@code samples.safetensors} and {@code manifest.json}
 */
record EncodedShard(Path directory) {
    private static final Logger LOG = LoggerFactory.getLogger(EncodedShard.class);

    Path samples() {
        return directory.resolve("samples.safetensors");
    }

    private Path manifest() {
        return directory.resolve("manifest.json");
    }

    /**
     * Returns the shard's manifest, if the samples have the content that it tells of; it takes as
     * long as reading them once.
     */
    Optional<ShardManifest> verified() {
        if (!Files.exists(directory)) {
            return Optional.empty();
        }
        try {
            ShardManifest manifest = Json.read(Files.readAllBytes(manifest()), ShardManifest.class);
            if (manifest.sha256() == null
                    || manifest.sha256().equals(Sha256.hexOfFile(samples()))) {
                return Optional.of(manifest);
            }
            LOG.warn("shard is damaged, made again directory={} reason=hash", directory);
        } catch (IOException | InvalidMessageException e) {
            LOG.warn(
                    "shard is damaged, made again directory={} reason={}", directory, e.toString());
        }
        return Optional.empty();
    }

    /**
     * Puts it in its place, unless another worker was quicker.
     *
     * @param tensors none where no image could be used
     * @return the manifest of what is there now
     */
    ShardManifest write(
            ArtifactStore store,
            Map<String, NDArray> tensors,
            List<Integer> images,
            Map<String, Integer> leftOut) {
        Optional<ShardManifest> there = verified();
        if (there.isPresent()) {
            return there.get();
        }
        try {
            store.delete(directory);
            store.writeDirectory(directory, part -> fill(part, tensors, images, leftOut));
        } catch (UncheckedIOException e) {
            return verified().orElseThrow(() -> e);
        }
        return verified()
                .orElseThrow(
                        () ->
                                new UncheckedIOException(
                                        new IOException(directory + " reads not as written")));
    }

    private static void fill(
            Path part,
            Map<String, NDArray> tensors,
            List<Integer> images,
            Map<String, Integer> leftOut)
            throws IOException {
        EncodedShard shard = new EncodedShard(part);
        if (!tensors.isEmpty()) {
            SafetensorsWriter.write(shard.samples(), tensors, TensorType.F32, Map.of());
        }
        String sha256 = tensors.isEmpty() ? null : Sha256.hexOfFile(shard.samples());
        Files.writeString(
                shard.manifest(), Json.writePretty(new ShardManifest(sha256, images, leftOut)));
    }
}
