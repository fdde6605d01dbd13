package io.laptopdiff.diffusion.golden;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * The golden files: by default the project's own copy, else those of the system property {@code
 * golden.dir}. What is there is tested; a directory that holds a part of them is tested on that
 * part.
 */
public final class GoldenFiles {

    /** Python writes -Infinity, which schedulers' configs hold. */
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

    private GoldenFiles() {}

    /** The directory in use. */
    public static Path root() {
        String property = System.getProperty("golden.dir", "");
        Path root = property.isBlank() ? Path.of("src/test/resources/golden") : Path.of(property);
        if (!Files.isDirectory(root)) {
            throw new IllegalStateException(
                    "golden.dir " + root.toAbsolutePath() + " is no directory");
        }
        return root;
    }

    /**
     * The sub-directories or files of {@code root()/part}, sorted; empty where the part is not
     * there.
     */
    public static List<Path> children(String part) {
        Path directory = root().resolve(part);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a JSON file. */
    public static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A container named after a file or directory. */
    public static DynamicNode container(Path path, Stream<DynamicTest> tests) {
        return DynamicContainer.dynamicContainer(root().relativize(path).toString(), tests);
    }

    /** The relative L2 error |actual - expected| / |expected|; the sizes must agree. */
    public static double relativeError(NDArray actual, NDArray expected) {
        if (!actual.getShape().equals(expected.getShape())) {
            throw new AssertionError(
                    "shape " + actual.getShape() + " instead of " + expected.getShape());
        }
        float[] a = actual.toFloatArray();
        float[] e = expected.toFloatArray();
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < a.length; i++) {
            difference += ((double) a[i] - e[i]) * ((double) a[i] - e[i]);
            norm += (double) e[i] * e[i];
        }
        return Math.sqrt(difference / Math.max(norm, 1e-30));
    }
}
