package io.laptopdiff.shapes.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far a stage is.
 *
 * @param step steps done
 * @param seconds wall time that these steps took, over all attempts
 * @param losses means over the steps since the entry before
 */
record Progress(int step, double seconds, List<Entry> losses) {

    /** Mean loss terms by name, up to a step. */
    record Entry(int step, Map<String, Double> terms) {}

    static final Progress NONE = new Progress(0, 0, List.of());

    private static final String FILE = "progress.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    void write(Path directory) throws IOException {
        ObjectNode node = JSON.valueToTree(this);
        JsonFiles.write(directory.resolve(FILE), node);
    }

    static Progress read(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            JsonNode node = JSON.readTree(file.toFile());
            List<Entry> losses = new ArrayList<>();
            for (JsonNode entry : node.path("losses")) {
                Map<String, Double> terms = new LinkedHashMap<>();
                entry.path("terms")
                        .properties()
                        .forEach(term -> terms.put(term.getKey(), term.getValue().asDouble()));
                losses.add(new Entry(entry.path("step").asInt(), terms));
            }
            return new Progress(node.path("step").asInt(), node.path("seconds").asDouble(), losses);
        } catch (JsonProcessingException e) {
            throw new CheckpointException(
                    "The progress is not JSON", file, "", "Remove its directory.");
        } catch (IOException e) {
            throw new CheckpointException(
                    "The progress cannot be read: " + e.getMessage(),
                    file,
                    "",
                    "Remove its directory.");
        }
    }

    Map<String, Double> lastLosses() {
        return losses.isEmpty() ? Map.of() : losses.get(losses.size() - 1).terms();
    }
}
