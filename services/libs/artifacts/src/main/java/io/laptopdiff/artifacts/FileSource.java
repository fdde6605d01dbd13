package io.laptopdiff.artifacts;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file system of this machine, or one mounted into it. */
public final class FileSource implements ArtifactSource {
    @Override
    public String scheme() {
        return "file";
    }

    @Override
    public Path local(URI location) {
        Path path = path(location);
        if (!Files.exists(path)) {
            throw new ArtifactException(
                    "nothing lies there", path.toString(), "check the spelling of the path");
        }
        return path;
    }

    private static Path path(URI location) {
        try {
            return Path.of(location).normalize();
        } catch (IllegalArgumentException e) {
            throw new ArtifactException(
                    "not a usable file URI: " + e.getMessage(),
                    location.toString(),
                    "write it as file:///absolute/path or as a plain path",
                    e);
        }
    }
}
