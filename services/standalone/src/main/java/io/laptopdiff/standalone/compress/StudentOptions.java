package io.laptopdiff.standalone.compress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.contracts.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that say which students are wanted, and how their plans are found. */
final class StudentOptions {

    @Option(
            names = "--ratio",
            paramLabel = "R",
            split = ",",
            description =
                    "Share of the U-Net's parameters to remove, in (0, 1); several give several students.")
    private List<Double> ratios = new ArrayList<>();

    @Option(
            names = "--handcrafted",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Also distils this handcrafted U-Net to compare with: bk-base, bk-small, bk-tiny.")
    private List<String> handcrafted = new ArrayList<>();

    @Option(
            names = "--macs-ratio",
            paramLabel = "R",
            description = "At least this share of the multiply-accumulates goes.")
    private Double macsRatio;

    @Option(
            names = "--latency-ratio",
            paramLabel = "R",
            description = "At least this share of the measured latency goes.")
    private Double latencyRatio;

    @Option(
            names = "--memory-ratio",
            paramLabel = "R",
            description = "At least this share of the peak memory goes.")
    private Double memoryRatio;

    @Option(
            names = "--keep",
            paramLabel = "UNIT",
            split = ",",
            description = "Units that stay, such as mid_block.resnets.0.")
    private List<String> keep;

    @Option(
            names = "--criterion",
            paramLabel = "NAME",
            description =
                    "output-loss, magnitude, taylor, task-loss, clip-score or random (default: output-loss).")
    private String criterion;

    @Option(
            names = "--candidates",
            paramLabel = "K",
            description = "Measures the K best plans and takes the best of them (default: 1).")
    private Integer candidates;

    @Option(
            names = "--iterative",
            paramLabel = "N",
            arity = "0..1",
            fallbackValue = "2",
            description =
                    "Plans in rounds: scores what remains again after every N removals (N: 2).")
    private Integer iterative;

    /** Budgets and choices are those of every student that is not handcrafted. */
    void layOver(RequestFields request) {
        if (!ratios.isEmpty() || !handcrafted.isEmpty() || !request.has("variants")) {
            request.set("variants", wanted());
        }
        for (JsonNode variant : request.at("variants")) {
            if (variant instanceof ObjectNode fields && !fields.hasNonNull("handcrafted")) {
                layOverOne(new RequestFields(fields));
            }
        }
        if (criterion != null) {
            ArrayNode criteria = request.list("scoring.criteria", List.of("output-loss"));
            if (criteria != null && !contains(criteria, criterion)) {
                criteria.add(criterion);
            }
        }
    }

    private List<Map<String, Object>> wanted() {
        List<Map<String, Object>> variants = new ArrayList<>();
        ratios.forEach(ratio -> variants.add(Map.of("ratio", ratio)));
        if (ratios.isEmpty()
                && (macsRatio != null || latencyRatio != null || memoryRatio != null)) {
            variants.add(Map.of());
        }
        handcrafted.forEach(name -> variants.add(Map.of("handcrafted", name)));
        if (variants.isEmpty()) {
            throw new IllegalArgumentException(
                    "Missing: give --ratio, --handcrafted or both, to say which students you want");
        }
        return variants;
    }

    private void layOverOne(RequestFields variant) {
        variant.set("macsRatio", macsRatio);
        variant.set("latencyRatio", latencyRatio);
        variant.set("memoryRatio", memoryRatio);
        variant.set("keep", keep);
        variant.set("criterion", criterion);
        variant.set("candidates", candidates);
        variant.set("iterative.removalsPerRound", iterative);
    }

    private static boolean contains(ArrayNode array, String text) {
        JsonNode wanted = Json.tree(text);
        for (JsonNode element : array) {
            if (element.equals(wanted)) {
                return true;
            }
        }
        return false;
    }
}
