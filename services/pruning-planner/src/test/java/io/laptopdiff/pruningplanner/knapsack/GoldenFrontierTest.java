package io.laptopdiff.pruningplanner.knapsack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Plans for every golden U-Net that is there. */
class GoldenFrontierTest {
    private static final double[] RATIOS = {0.05, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75};

    /** It takes 10 to 300 ms; the rest is room for a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TestFactory
    Stream<DynamicTest> shouldEqualAnotherWayToPlanOnTheScoresOf() {
        return GoldenFiles.children("unet").stream()
                .map(directory -> directory.resolve("removal.json"))
                .filter(Files::isRegularFile)
                .filter(file -> Files.isRegularFile(file.resolveSibling("config.json")))
                .map(file -> dynamicTest(name(file), () -> checkScored(file)));
    }

    private static void checkScored(Path file) {
        JsonNode golden = GoldenFiles.json(file);
        long teacher = golden.get("total_parameters").longValue();
        List<ScoredUnit> units = new ArrayList<>();
        for (JsonNode unit : golden.get("units")) {
            units.add(unit(unit, unit.get("output_mse").doubleValue()));
        }
        Path config = file.resolveSibling("config.json");
        List<Bonus> bonuses = GoldenFiles.bonuses(GoldenFiles.json(config), config);
        Frontier frontier = Frontier.of(units, bonuses);
        for (double ratio : RATIOS) {
            Removal plan = frontier.forRatio(ratio, teacher);
            assertThat(plan.loss())
                    .isCloseTo(oracle(units, bonuses, ratio, teacher), within(1e-12));
            assertThat((double) plan.parameters()).isGreaterThanOrEqualTo(ratio * teacher);
        }
    }

    private static double oracle(
            List<ScoredUnit> units, List<Bonus> bonuses, double ratio, long teacher) {
        return units.size() <= BruteForce.MOST_UNITS
                ? new BruteForce(units, bonuses).cheapest(ratio, teacher).loss()
                : new DenseTable(units, bonuses).leastLoss(ratio, teacher);
    }

    @TestFactory
    Stream<DynamicTest> shouldPlanForEveryRatioInASecondFor() {
        return GoldenFiles.children("full-size").stream()
                .filter(file -> file.toString().endsWith(".json"))
                .map(file -> dynamicTest(name(file), () -> checkFullSize(file)));
    }

    private static void checkFullSize(Path file) {
        JsonNode golden = GoldenFiles.json(file);
        List<Bonus> bonuses = GoldenFiles.bonuses(golden.get("config"), file);
        Random random = new Random(7);
        checkFullSize(golden, bonuses, () -> Math.exp(8 * random.nextDouble()));
        checkFullSize(golden, bonuses, () -> 1);
        checkFullSize(golden, bonuses, () -> 0);
    }

    private static void checkFullSize(JsonNode golden, List<Bonus> bonuses, DoubleSupplier losses) {
        long teacher = golden.get("total_parameters").longValue();
        List<ScoredUnit> units = new ArrayList<>();
        golden.get("units").forEach(unit -> units.add(unit(unit, losses.getAsDouble())));
        long start = System.nanoTime();
        Frontier frontier = Frontier.of(units, bonuses);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);

        long all =
                units.stream().mapToLong(ScoredUnit::parameters).sum()
                        + bonuses.stream().mapToLong(Bonus::parameters).sum();
        assertThat(frontier.largestParameters()).isEqualTo(all).isLessThan(teacher);
        for (double ratio : RATIOS) {
            Removal plan = frontier.forRatio(ratio, teacher);
            assertThat((double) plan.parameters()).isGreaterThanOrEqualTo(ratio * teacher);
            assertThat(plan.parameters()).isEqualTo(freed(plan, units, bonuses));
        }
    }

    private static long freed(Removal plan, List<ScoredUnit> units, List<Bonus> bonuses) {
        return units.stream()
                        .filter(unit -> plan.units().contains(unit.path()))
                        .mapToLong(ScoredUnit::parameters)
                        .sum()
                + bonuses.stream()
                        .filter(bonus -> plan.units().containsAll(bonus.units()))
                        .mapToLong(Bonus::parameters)
                        .sum();
    }

    private static ScoredUnit unit(JsonNode unit, double loss) {
        return new ScoredUnit(
                unit.get("unit").textValue(), unit.get("parameters").longValue(), loss);
    }

    private static String name(Path file) {
        return file.getParent().getFileName() + "/" + file.getFileName();
    }
}
