package io.laptopdiff.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Small files that come with the program, such as {@code builtin:shapes}, a list of prompts. */
public final class BuiltInSource implements ArtifactSource {
    /** The names of what there is: held-out captions of the bundled model's data, one a line. */
    private static final Set<String> NAMES = Set.of("shapes");

    private final Map<String, Path> written = new ConcurrentHashMap<>();

    @Override
    public String scheme() {
        return "builtin";
    }

    @Override
    public Path local(URI location) {
        String name = location.getSchemeSpecificPart();
        if (!NAMES.contains(name)) {
            throw new ArtifactException(
                    "nothing is built in under that name",
                    location.toString(),
                    "ask for one of " + new TreeSet<>(NAMES));
        }
        return written.compute(
                name, (any, file) -> file != null && Files.exists(file) ? file : write(name));
    }

    private static Path write(String name) {
        try (InputStream in = BuiltInSource.class.getResourceAsStream("builtin/" + name + ".txt")) {
            Path file = Files.createTempFile("laptop-diff-" + name + "-", ".txt");
            file.toFile().deleteOnExit();
            Files.write(file, in.readAllBytes());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot unpack " + name + " to the temporary directory", e);
        }
    }
}
