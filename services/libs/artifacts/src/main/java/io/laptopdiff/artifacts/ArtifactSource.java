package io.laptopdiff.artifacts;

import java.net.URI;
import java.nio.file.Path;

/** One kind of place that artifacts come from, such as the local file system or an object store. */
public interface ArtifactSource {
    /** The URI scheme that it answers for, without colon. */
    String scheme();

    /**
     * A local path of what lies there; a remote source fetches it first.
     *
     * @throws ArtifactException if there is nothing
     */
    Path local(URI location);

    /**
     * Sees that something lies there, without fetching it.
     *
     * @throws ArtifactException if there is nothing
     */
    default void check(URI location) {
        local(location);
    }

    /** Returns whether what lies there must be fetched before it can be read. */
    default boolean remote() {
        return false;
    }
}
