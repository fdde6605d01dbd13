package io.laptopdiff.gateway.catalog;

import io.laptopdiff.gateway.runs.GatewayConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The teachers in the configured directory. */
@ApplicationScoped
public class Models {
    private final GatewayConfig config;

    Models(GatewayConfig config) {
        this.config = config;
    }

    /**
     * A diffusers pipeline.
     *
     * @param location to be given as a request's teacher
     * @param bytes of all its files
     */
    public record Model(String name, String location, long bytes) {}

    /**
     * Lists the models, sorted by name; empty where no directory is configured, or it is not there.
     */
    public List<Model> all() {
        return config.models().map(Path::toAbsolutePath).map(Models::below).orElse(List.of());
    }

    private static List<Model> below(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(child -> Files.isRegularFile(child.resolve("model_index.json")))
                    .map(child -> new Model(name(child), child.toString(), bytes(child)))
                    .sorted(Comparator.comparing(Model::name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the models in " + directory, e);
        }
    }

    private static String name(Path directory) {
        return directory.getFileName().toString();
    }

    private static long bytes(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look through " + directory, e);
        }
    }
}
