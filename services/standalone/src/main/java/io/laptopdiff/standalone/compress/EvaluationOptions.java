package io.laptopdiff.standalone.compress;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.SamplerName;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How students are measured, and what they must not lose. */
final class EvaluationOptions {

    @Option(
            names = "--prompts",
            paramLabel = "N",
            description = "Captions to evaluate on (default: 64).")
    private Integer prompts;

    @Option(
            names = "--metric",
            paramLabel = "NAME",
            description =
                    "clip-score, pick-score or hps-v2: what the scorer is (default: clip-score).")
    private String metric;

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            completionCandidates = Samplers.class,
            description =
                    "What teacher and students draw with: ${COMPLETION-CANDIDATES}"
                            + " (default: the teacher's own).")
    private String sampler;

    /** The samplers, as the help lists them. */
    static final class Samplers implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return SamplerName.texts().iterator();
        }
    }

    @Option(
            names = "--gate",
            paramLabel = "SCORE=PERCENT",
            split = ",",
            description =
                    "A student that loses more of this score fails, such as clip-score=5; exit code 3.")
    private Map<String, Double> gates = new LinkedHashMap<>();

    void layOver(RequestFields request) {
        request.set("evaluation.prompts", prompts);
        request.set("evaluation.metric", metric);
        request.set("evaluation.scheduler", sampler);
        if (gates.isEmpty()) {
            return;
        }
        ArrayNode all = request.list("evaluation.gates", List.of());
        if (all == null) {
            return;
        }
        gates.forEach(
                (score, percent) -> {
                    all.removeIf(gate -> gate.path("score").asText().equals(score));
                    all.add(Json.tree(Map.of("score", score, "maximumDeclinePercent", percent)));
                });
    }
}
