package io.laptopdiff.artifacts;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The files of one run. Names come from users, so they are held to what is safe as one path
 * element.
 *
 * @param directory runs/&lt;runId&gt; under the root
 */
public record RunLayout(Path directory) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** The directory of all runs. */
    public static Path runs(Path root) {
        return root.resolve("runs");
    }

    /**
     * The files of that run.
     *
     * @throws ArtifactException if the runId could lead out of the root
     */
    public static RunLayout of(Path root, String runId) {
        return new RunLayout(runs(root).resolve(safe("run id", runId)));
    }

    /**
     * Returns a place that stands for a run that was deleted, so that nobody writes to it any more.
     */
    static Path deleted(Path root, String runId) {
        return runs(root).resolve(".deleted").resolve(safe("run id", runId));
    }

    /** The request, as it was. */
    public Path run() {
        return directory.resolve("run.json");
    }

    public Path scores() {
        return directory.resolve("scores.json");
    }

    /** The place of the best plans over all ratios. */
    public Path frontier() {
        return directory.resolve("frontier.json");
    }

    public Path additivity() {
        return directory.resolve("additivity.json");
    }

    /** The place of the additivity audit's picture. */
    public Path additivityPlot() {
        return directory.resolve("additivity.svg");
    }

    /** The teacher is measured once for all variants. */
    public Path teacherEvaluation() {
        return directory.resolve("teacher").resolve("evaluation");
    }

    /**
     * The files of that variant.
     *
     * @throws ArtifactException if the name could lead out of the run, or is the run's own
     */
    public VariantLayout variant(String name) {
        safe("variant name", name);
        if (name.equalsIgnoreCase("teacher") || name.toLowerCase(Locale.ROOT).endsWith(".json")) {
            throw new ArtifactException(
                    "the run keeps files of its own under that name",
                    "variant name '" + name + "'",
                    "choose another name");
        }
        return new VariantLayout(directory.resolve(name));
    }

    private static String safe(String what, String name) {
        if (name == null || !NAME.matcher(name).matches() || name.contains("..")) {
            throw new ArtifactException(
                    "not safe as a directory's name",
                    what + " '" + name + "'",
                    "use 1 to 64 letters, digits, '.', '_' or '-', no '..', and a letter or digit"
                            + " first");
        }
        return name;
    }
}
