package io.laptopdiff.pruningplanner.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.pruningplanner.budgets.Budget;
import io.laptopdiff.pruningplanner.budgets.PlanningProblem;
import io.laptopdiff.pruningplanner.budgets.Resource;
import io.laptopdiff.pruningplanner.knapsack.GoldenFiles;
import io.laptopdiff.pruningplanner.knapsack.ScoredUnit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** On one budget of parameters, the solver's plan is the table's. */
class GoldenSolverTest {

    @TestFactory
    Stream<DynamicTest> shouldEqualTheTableOn() {
        Stream<Path> tiny =
                GoldenFiles.children("unet").stream()
                        .map(directory -> directory.resolve("removal.json"))
                        .filter(Files::isRegularFile)
                        .filter(file -> Files.isRegularFile(file.resolveSibling("config.json")));
        Stream<Path> full =
                GoldenFiles.children("full-size").stream()
                        .filter(file -> file.toString().endsWith(".json"));
        return Stream.concat(tiny, full)
                .map(
                        file ->
                                dynamicTest(
                                        file.getParent().getFileName() + "/" + file.getFileName(),
                                        () -> check(file)));
    }

    private static void check(Path file) {
        JsonNode golden = GoldenFiles.json(file);
        Path config = file.resolveSibling("config.json");
        boolean full = golden.has("config");
        long teacher = golden.get("total_parameters").longValue();
        Random random = new Random(11);
        List<ScoredUnit> units = new ArrayList<>();
        for (JsonNode unit : golden.get("units")) {
            double loss =
                    full ? Math.exp(8 * random.nextDouble()) : unit.get("output_mse").doubleValue();
            units.add(
                    new ScoredUnit(
                            unit.get("unit").textValue(),
                            unit.get("parameters").longValue(),
                            loss));
        }
        List<Long> sizes = units.stream().map(ScoredUnit::parameters).toList();
        PlanningProblem problem =
                new PlanningProblem(
                        units,
                        GoldenFiles.bonuses(
                                full ? golden.get("config") : GoldenFiles.json(config), file),
                        teacher,
                        List.of(new Budget(Resource.PARAMETERS, 0.4, teacher, sizes)),
                        1,
                        Set.of(),
                        Map.of(),
                        Set.of());
        assertThat(PlanSearch.solved(problem, 1)).isEqualTo(PlanSearch.best(problem, 1));
    }
}
