package io.laptopdiff.pruningplanner.knapsack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The golden U-Nets: the project's own copy, or those of the system property {@code golden.dir}.
 */
public final class GoldenFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private GoldenFiles() {}

    /**
     * Whatever lies under a part of the golden files, sorted; empty where the part is not there.
     */
    public static List<Path> children(String part) {
        String property = System.getProperty("golden.dir", "");
        Path root =
                Path.of(
                        property.isBlank()
                                ? "../libs/diffusion/src/test/resources/golden"
                                : property);
        if (!Files.isDirectory(root)) {
            throw new IllegalStateException(
                    "golden.dir " + root.toAbsolutePath() + " is no directory");
        }
        if (!Files.isDirectory(root.resolve(part))) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(root.resolve(part))) {
            return children.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<Bonus> bonuses(JsonNode config, Path origin) {
        return UNetLayout.of(UNetConfig.of((ObjectNode) config, origin)).bonuses().stream()
                .map(bonus -> new Bonus(bonus.blocks(), bonus.parameters()))
                .toList();
    }
}
