package io.laptopdiff.artifacts;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds models and datasets by location: a plain path, or a URI of a scheme that has a source. */
public final class Artifacts {
    // Two letters at least, so that a drive letter is no scheme.
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*");

    private final Map<String, ArtifactSource> sources = new TreeMap<>();

    public Artifacts(List<ArtifactSource> sources) {
        sources.forEach(source -> this.sources.put(source.scheme(), source));
    }

    /** Knows the file system and what is built in. */
    public static Artifacts ofFiles() {
        return new Artifacts(List.of(new FileSource(), new BuiltInSource()));
    }

    /**
     * A local directory with what lies at the location.
     *
     * @throws ArtifactException if there is nothing, or a file
     */
    public Path directory(String location) {
        Path path = local(location);
        if (!Files.isDirectory(path)) {
            throw new ArtifactException(
                    "a directory is needed, and this is a file",
                    path.toString(),
                    "name the directory that holds it");
        }
        return path;
    }

    /**
     * A local file with what lies at the location.
     *
     * @throws ArtifactException if there is nothing, or a directory
     */
    public Path file(String location) {
        Path path = local(location);
        if (!Files.isRegularFile(path)) {
            throw new ArtifactException(
                    "a file is needed, and this is a directory", path.toString(), "name the file");
        }
        return path;
    }

    private Path local(String location) {
        URI uri = uri(location);
        ArtifactSource source = sources.get(uri.getScheme());
        if (source == null) {
            throw new ArtifactException(
                    "no source for the scheme '" + uri.getScheme() + "'",
                    location,
                    "use a plain path or one of the schemes " + sources.keySet());
        }
        return source.local(uri);
    }

    /** A plain path becomes a file URI, relative to where this process runs. */
    private static URI uri(String location) {
        if (location == null || location.isBlank()) {
            throw new ArtifactException("no location", "blank", "name a path or URI");
        }
        try {
            Matcher scheme = SCHEME.matcher(location);
            return scheme.matches()
                    ? new URI(location)
                    : Path.of(location).toAbsolutePath().normalize().toUri();
        } catch (URISyntaxException | InvalidPathException e) {
            throw new ArtifactException(
                    "not a path or URI: " + e.getMessage(),
                    location,
                    "write it as a plain path or as scheme://place",
                    e);
        }
    }
}
