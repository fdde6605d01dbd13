package io.laptopdiff.artifacts;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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

    /** Knows web servers, too, and keeps what it fetches from them in the store. */
    public static Artifacts of(ArtifactStore store) {
        Path downloads = store.root().resolve("downloads");
        return new Artifacts(
                List.of(
                        new FileSource(),
                        new BuiltInSource(),
                        new HttpSource("http", downloads),
                        new HttpSource("https", downloads)));
    }

    /**
     * A local directory with what lies at the location.
     *
     * @throws ArtifactException if there is nothing, or a file; or it would have to be fetched,
     *     which only files can be
     */
    public Path directory(String location) {
        if (isRemote(location)) {
            throw new ArtifactException(
                    "a directory is needed, and those cannot be fetched",
                    HttpSource.shown(uri(location)),
                    "fetch its files yourself, and name the directory that holds them");
        }
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

    /**
     * Returns what a data set is read from: a directory, a tar file (also gzipped), or, where the
     * location has a range of numbers in braces, such as {@code
     * https://host/train-{0000..0127}.tar}, all of these tar files in that order. What is remote is
     * fetched.
     *
     * @throws ArtifactException if something of it is not there, or a file of another kind
     */
    public List<Path> data(String location) {
        return NumberedLocations.of(location).stream().map(this::dataPart).toList();
    }

    private Path dataPart(String location) {
        requireTarAddressWhereRemote(location);
        Path path = local(location);
        if (!Files.isDirectory(path) && !isTar(path.getFileName().toString())) {
            throw new ArtifactException(
                    "a directory is needed, or a .tar file, and this is another file",
                    path.toString(),
                    "name the directory that holds it");
        }
        return path;
    }

    /**
     * Sees that there is a data set as {@link #data} wants it, without fetching anything: of
     * several remote files, the first and the last are asked for.
     *
     * @throws ArtifactException if not
     */
    public void checkData(String location) {
        if (!isRemote(location)) {
            data(location);
            return;
        }
        requireTarWhereRemote(location);
        List<String> all = NumberedLocations.of(location);
        for (String one : List.of(all.get(0), all.get(all.size() - 1))) {
            URI uri = uri(one);
            source(uri, one).check(uri);
        }
    }

    /**
     * Returns whether what lies there would have to be fetched.
     *
     * @throws ArtifactException if it is no location
     */
    public boolean isRemote(String location) {
        String first = NumberedLocations.of(location).get(0);
        return source(uri(first), first).remote();
    }

    /**
     * Holds a data set that would have to be fetched to what its address tells.
     *
     * @throws ArtifactException if it is no address of tar files
     */
    public void requireTarWhereRemote(String location) {
        NumberedLocations.of(location).forEach(this::requireTarAddressWhereRemote);
    }

    private void requireTarAddressWhereRemote(String location) {
        URI uri = uri(location);
        if (source(uri, location).remote() && !isTar(String.valueOf(uri.getPath()))) {
            throw new ArtifactException(
                    "not the address of a .tar file",
                    HttpSource.shown(uri),
                    "name tar files that hold images and captions in pairs");
        }
    }

    private static boolean isTar(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".tar") || lower.endsWith(".tar.gz") || lower.endsWith(".tgz");
    }

    /**
     * A local file or directory with what lies at the location.
     *
     * @throws ArtifactException if there is nothing
     */
    public Path local(String location) {
        URI uri = uri(location);
        return source(uri, location).local(uri);
    }

    private ArtifactSource source(URI uri, String location) {
        ArtifactSource source = sources.get(uri.getScheme());
        if (source == null) {
            throw new ArtifactException(
                    "no source for the scheme '" + uri.getScheme() + "'",
                    location,
                    "use a plain path or one of the schemes " + sources.keySet());
        }
        return source;
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
        } catch (InvalidPathException e) {
            throw new ArtifactException(
                    "not a path in this process's locale: " + e.getReason(),
                    location,
                    "where it has letters beyond ASCII, start the process with LC_ALL=C.UTF-8",
                    e);
        } catch (URISyntaxException e) {
            throw new ArtifactException(
                    "not a path or URI: " + e.getMessage(),
                    location,
                    "write it as a plain path or as scheme://place",
                    e);
        }
    }
}
