package io.laptopdiff.layerscoring.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.checkpoint.ContentDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is known of one slice of one calibration set under one teacher, one JSON file each. A file
 * carries the digest of its content: one that was damaged is as good as none, and is written anew.
 *
 * @param directory score-cache/&lt;teacher&gt;/&lt;calibration&gt; under the artifacts' root
 */
public record CachedSlice(ArtifactStore store, Path directory) {

    private static final String DIGEST = "fingerprint";
    private static final String CONTENT = "content";

    /**
     * The place of these digests.
     *
     * @param teacher digest of all that was read of it
     * @param calibration digest of the samples
     */
    public static CachedSlice of(ArtifactStore store, String teacher, String calibration) {
        return new CachedSlice(
                store, store.root().resolve("score-cache").resolve(teacher).resolve(calibration));
    }

    /** Reads what was written under that name; empty if it is missing or damaged. */
    public <T extends Record> Optional<T> read(String name, Class<T> type) {
        try {
            JsonNode whole = Json.parse(Files.readAllBytes(file(name)));
            JsonNode content = whole.path(CONTENT);
            return fingerprint(content).equals(whole.path(DIGEST).asText())
                    ? Optional.of(Json.read(content, type))
                    : Optional.empty();
        } catch (NoSuchFileException | InvalidMessageException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file(name), e);
        }
    }

    /** Writes a result whole or not at all; of two writers the later one stays. */
    public void write(String name, Record content) {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        JsonNode tree = Json.parse(Json.write(content).getBytes(StandardCharsets.UTF_8));
        whole.put(DIGEST, fingerprint(tree));
        whole.set(CONTENT, tree);
        store.write(file(name), whole.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Returns where the result of that name lies. */
    public Path file(String name) {
        return directory.resolve(name + ".json");
    }

    private static String fingerprint(JsonNode content) {
        return new ContentDigest().add(content).name();
    }
}
