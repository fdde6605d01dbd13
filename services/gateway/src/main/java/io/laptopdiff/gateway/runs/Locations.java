package io.laptopdiff.gateway.runs;

import io.laptopdiff.artifacts.ArtifactException;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.run.CalibrationSpec;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.run.ScorerSpec;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.location.PipelineLocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Looks at what a request names before anyone starts to work on it. Paths are made absolute, for
 * the services may run in other directories.
 */
final class Locations {
    // As artifacts tell a URI from a path; a colon further on belongs to a file's name.
    private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

    private final Artifacts artifacts;
    private final List<FieldProblem> problems = new ArrayList<>();

    private Locations(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    /**
     * A request with its locations as workers find them.
     *
     * @param problems locations that cannot be used, which stay as they are
     */
    record Found(RunSpec spec, List<FieldProblem> problems) {}

    static Found look(RunSpec spec, Artifacts artifacts) {
        Locations locations = new Locations(artifacts);
        return new Found(locations.checked(spec), locations.problems);
    }

    private RunSpec checked(RunSpec spec) {
        String teacher = found("teacher", spec.teacher(), this::teacher);
        CalibrationSpec calibration = spec.calibration();
        CalibrationSpec found =
                calibration.at(
                        data("calibration.dataset", calibration.dataset()),
                        file("calibration.prompts", calibration.prompts()));
        if (spec.planOnly()) {
            EvaluationSpec evaluation = spec.evaluation();
            return spec.at(
                    teacher,
                    found,
                    spec.distillation(),
                    spec.usesScorers() ? scored(evaluation) : evaluation);
        }
        DistillationRecipe recipe = spec.distillation();
        return spec.at(
                teacher,
                found,
                recipe.withDataset(data("distillation.dataset", recipe.dataset())),
                evaluation(spec.evaluation()));
    }

    /** Returns what plans need of it that go by the CLIP score: the scorer is located. */
    private EvaluationSpec scored(EvaluationSpec evaluation) {
        return evaluation.at(
                directory("evaluation.scorer", evaluation.scorer()),
                evaluation.dataset(),
                evaluation.scorers(),
                evaluation.promptList(),
                evaluation.inception());
    }

    private EvaluationSpec evaluation(EvaluationSpec evaluation) {
        String scorer = directory("evaluation.scorer", evaluation.scorer());
        String dataset = directory("evaluation.dataset", evaluation.dataset());
        List<ScorerSpec> scorers = new ArrayList<>();
        for (ScorerSpec other : evaluation.scorers()) {
            String field = "evaluation.scorers[" + scorers.size() + "].location";
            scorers.add(other.at(directory(field, other.location())));
        }
        return evaluation.at(
                scorer,
                dataset,
                scorers,
                file("evaluation.promptList", evaluation.promptList()),
                fileOrDirectory("evaluation.inception", evaluation.inception()));
    }

    private String directory(String field, String location) {
        return foundHere(field, location, artifacts::directory);
    }

    /**
     * A diffusers directory, a variant of one, or a single file; made absolute, it stays that. Its
     * configs are for those who read them.
     */
    private Path teacher(String location) {
        Path place = artifacts.local(PipelineLocation.place(location));
        if (!Files.isDirectory(place) || Files.exists(place.resolve("model_index.json"))) {
            PipelineLocation.directory(location, artifacts::local);
        }
        return Path.of(PipelineLocation.at(place.toString(), location));
    }

    /** Returns the location of images to learn from. */
    private String data(String field, String location) {
        return found(
                field,
                location,
                place -> {
                    List<Path> parts = artifacts.data(place);
                    return parts.size() == 1
                            ? parts.get(0)
                            : Path.of(place).toAbsolutePath().normalize();
                });
    }

    private String file(String field, String location) {
        return found(field, location, artifacts::file);
    }

    private String fileOrDirectory(String field, String location) {
        return found(field, location, this::fileOrDirectory);
    }

    private Path fileOrDirectory(String location) {
        try {
            return artifacts.directory(location);
        } catch (ArtifactException noDirectory) {
            return artifacts.file(location);
        }
    }

    /**
     * Returns a location as the workers are given it; null stays, for it stands for a location that
     * the request does without. What is remote stays for the workers: asking for it here would let
     * whoever asks for a run choose whom this gateway talks to, and wait for them.
     */
    private String found(String field, String location, Function<String, Path> source) {
        try {
            if (location == null || artifacts.isRemote(location)) {
                return location;
            }
        } catch (ArtifactException e) {
            return refused(field, location, e.what() + "; " + e.howToFix());
        }
        return foundHere(field, location, source);
    }

    private String foundHere(String field, String location, Function<String, Path> source) {
        if (location == null) {
            return null;
        }
        try {
            Path local = source.apply(location);
            return URI.matcher(location).matches() ? location : local.toString();
        } catch (ArtifactException e) {
            return refused(field, location, e.what() + "; " + e.howToFix());
        } catch (CheckpointException e) {
            return refused(field, location, e.what() + " (" + e.where() + "); " + e.howToFix());
        }
    }

    private String refused(String field, String location, String why) {
        problems.add(
                FieldProblem.of(new InvalidMessageException(field, "'" + location + "'", why)));
        return location;
    }
}
