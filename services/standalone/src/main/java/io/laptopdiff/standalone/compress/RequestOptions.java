package io.laptopdiff.standalone.compress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What the user asks for: a file, options, or options laid over a file. */
public abstract class RequestOptions {

    @Option(
            names = "--spec",
            paramLabel = "FILE",
            description = {
                "The whole request as JSON, as it would be posted to the gateway; options given beside it",
                "override its fields, and --ratio and --handcrafted its variants."
            })
    private Path spec;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of everything that is random (default: 0).")
    private Long seed;

    @ArgGroup(validate = false, heading = "%nModels and data:%n", order = 1)
    private MaterialOptions material = new MaterialOptions();

    @ArgGroup(validate = false, heading = "%nStudents:%n", order = 2)
    private StudentOptions students = new StudentOptions();

    @ArgGroup(validate = false, heading = "%nScoring:%n", order = 3)
    private ScoringOptions scoring = new ScoringOptions();

    /**
     * The request.
     *
     * @param here whether it is met on this machine, so that what options name must lie here
     * @throws IllegalArgumentException in one line: which option, file or field, and the way out
     */
    public final RunSpec read(boolean here) {
        RequestFields request = new RequestFields(spec == null ? empty() : file(spec));
        material.layOver(request);
        layOver(request);
        requireMaterial(request);
        students.layOver(request);
        scoring.layOver(request);
        for (String part : List.of("calibration", "distillation", "evaluation")) {
            request.set(part + ".seed", seed);
        }
        if (request.has("scoring.additivity")) {
            request.set("scoring.additivity.seed", seed);
        }
        RunSpec run = checked(request.root());
        if (here) {
            material.requireThere();
        }
        return run;
    }

    private RunSpec checked(ObjectNode request) {
        try {
            return Json.readStrictly(request, RunSpec.class);
        } catch (InvalidMessageException e) {
            throw spec == null ? e : new IllegalArgumentException(spec + ": " + e.getMessage(), e);
        }
    }

    /** Lays the command's own options over the request. */
    abstract void layOver(RequestFields request);

    /** Fields that the request must have in the end, with the options that give them. */
    abstract Map<String, String> required();

    private void requireMaterial(RequestFields request) {
        List<String> missing = new ArrayList<>();
        required()
                .forEach(
                        (field, option) -> {
                            if (!request.has(field) && request.canHold(field)) {
                                missing.add(option);
                            }
                        });
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "Missing: "
                            + String.join(", ", missing)
                            + "; give them as options or in the file of --spec");
        }
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode file(Path path) {
        try {
            JsonNode tree = Json.parse(Files.readAllBytes(path));
            if (tree instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalArgumentException(
                    "--spec: " + path + " holds no JSON object; see docs/guides/method-options.md");
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "--spec: there is no file " + path.toAbsolutePath().normalize(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--spec: " + path + " cannot be read: " + e.getMessage(), e);
        } catch (InvalidMessageException e) {
            throw new IllegalArgumentException(
                    "--spec: " + path + ": " + e.getMessage().lines().findFirst().orElse(""), e);
        }
    }
}
