package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.Default;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One student wanted: either budgets that it must keep, or a handcrafted U-Net to compare with.
 *
 * @param name names the variant's directory; absent: "ratio-0.5" and so on, or the handcrafted name
 * @param ratio removed parameters / parameters of the teacher's U-Net, above 0 and below 1
 * @param handcrafted one of {@link #HANDCRAFTED}; absent for a variant with budgets
 * @param macsRatio at least this share of the teacher's multiply-accumulates goes
 * @param latencyRatio at least this share of the teacher's measured latency goes
 * @param memoryRatio at least this share of the teacher's peak memory goes
 * @param maximumRatio at most this share of the teacher's parameters goes
 * @param keep units that stay, as diffusers module paths
 * @param minimumUnits how many units stay at least, by stage such as "down_blocks.0"
 * @param criterion what the planner goes by
 * @param candidates plans near the optimum whose joint output loss is measured; the best is taken
 * @param iterative absent: one shot
 * @param recoverySteps distillation steps that each candidate gets before one is chosen; 0: none
 * @param randomCandidates random plans within the same budgets that are measured beside the
 *     candidates; the best of all is taken
 * @param measured the plan's joint output loss is measured even where there is nothing to choose
 */
public record VariantSpec(
        @MayBeAbsent String name,
        @MayBeAbsent Double ratio,
        @MayBeAbsent String handcrafted,
        @MayBeAbsent Double macsRatio,
        @MayBeAbsent Double latencyRatio,
        @MayBeAbsent Double memoryRatio,
        @MayBeAbsent Double maximumRatio,
        @Default("[]") List<String> keep,
        @Default("{}") Map<String, Integer> minimumUnits,
        @Default("\"output-loss\"") Criterion criterion,
        @Default("1") int candidates,
        @MayBeAbsent IterativeSpec iterative,
        @Default("0") int recoverySteps,
        @Default("0") int randomCandidates,
        @Default("false") boolean measured) {
    /** The published U-Nets that METHOD lists by size. */
    public static final Set<String> HANDCRAFTED =
            Set.of(
                    "bk-base",
                    "bk-small",
                    "bk-tiny",
                    "bk-v2-base",
                    "bk-v2-small",
                    "bk-v2-tiny",
                    "ssd-1b",
                    "vega",
                    "koala-1b",
                    "koala-700m");

    public VariantSpec {
        keep = Require.list("keep", keep);
        minimumUnits = stages(minimumUnits);
        Require.present("criterion", criterion);
        Require.atLeast("candidates", candidates, 1);
        Require.atLeast("recoverySteps", recoverySteps, 0);
        Require.atLeast("randomCandidates", randomCandidates, 0);
        boolean budgeted =
                ratio != null || macsRatio != null || latencyRatio != null || memoryRatio != null;
        Require.that(
                budgeted == (handcrafted == null),
                "ratio",
                ratio == null ? "absent" : ratio,
                "a variant has either a budget ('ratio', 'macsRatio', 'latencyRatio' or"
                        + " 'memoryRatio') or 'handcrafted', and 'handcrafted' is "
                        + (handcrafted == null ? "absent" : "'" + handcrafted + "'"));
        if (budgeted) {
            requireFraction("ratio", ratio);
            requireFraction("macsRatio", macsRatio);
            requireFraction("latencyRatio", latencyRatio);
            requireFraction("memoryRatio", memoryRatio);
            requireFraction("maximumRatio", maximumRatio);
            Require.that(
                    ratio == null || maximumRatio == null || ratio <= maximumRatio,
                    "maximumRatio",
                    maximumRatio,
                    "it must be at least 'ratio', which is " + ratio);
        } else {
            Require.oneOf("handcrafted", handcrafted, HANDCRAFTED);
            refuseChoices(
                    maximumRatio == null
                            && keep.isEmpty()
                            && minimumUnits.isEmpty()
                            && candidates == 1
                            && iterative == null
                            && recoverySteps == 0
                            && randomCandidates == 0,
                    handcrafted);
        }
        Require.that(
                iterative == null || candidates + randomCandidates == 1,
                candidates == 1 ? "randomCandidates" : "candidates",
                candidates == 1 ? randomCandidates : candidates,
                "an 'iterative' plan measures as it goes and has no candidates; leave one out");
        Require.that(
                recoverySteps == 0 || candidates + randomCandidates > 1,
                "recoverySteps",
                recoverySteps,
                "it chooses among 'candidates', which must then be above 1");
        if (name == null) {
            name =
                    handcrafted == null
                            ? nameOf(ratio, macsRatio, latencyRatio, memoryRatio)
                            : handcrafted;
        }
        Require.name("name", name);
        Require.that(
                !name.equalsIgnoreCase("teacher") && !name.endsWith(".json"),
                "name",
                "'" + name + "'",
                "'teacher' and names that end in '.json' are taken by the run's own files");
    }

    /** Makes a variant with every choice about its planning at its default. */
    public VariantSpec(String name, Double ratio, String handcrafted) {
        this(
                name,
                ratio,
                handcrafted,
                null,
                null,
                null,
                null,
                List.of(),
                Map.of(),
                Criterion.OUTPUT_LOSS,
                1,
                null,
                0,
                0,
                false);
    }

    public static VariantSpec ofRatio(String name, double ratio) {
        return new VariantSpec(name, ratio, null);
    }

    public static VariantSpec ofHandcrafted(String name, String handcrafted) {
        return new VariantSpec(name, null, handcrafted);
    }

    /** Returns whether planning it needs {@link io.laptopdiff.contracts.scoring.UnitCosts}. */
    public boolean needsCosts() {
        return macsRatio != null || latencyRatio != null || memoryRatio != null;
    }

    private static Map<String, Integer> stages(Map<String, Integer> minimumUnits) {
        Require.present("minimumUnits", minimumUnits);
        minimumUnits.forEach(
                (stage, units) ->
                        Require.atLeast(
                                "minimumUnits." + stage,
                                Require.present("minimumUnits." + stage, units),
                                0));
        return Collections.unmodifiableMap(new TreeMap<>(minimumUnits));
    }

    private static void requireFraction(String field, Double value) {
        if (value != null) {
            Require.fraction(field, value);
        }
    }

    private static void refuseChoices(boolean none, String handcrafted) {
        Require.that(
                none,
                "handcrafted",
                "'" + handcrafted + "'",
                "nothing is left to choose about it; leave out 'maximumRatio', 'keep',"
                        + " 'minimumUnits', 'candidates', 'randomCandidates', 'iterative' and"
                        + " 'recoverySteps'");
    }

    private static String nameOf(Double ratio, Double macs, Double latency, Double memory) {
        List<String> parts = new ArrayList<>();
        addTo(parts, "ratio-", ratio);
        addTo(parts, "macs-", macs);
        addTo(parts, "latency-", latency);
        addTo(parts, "memory-", memory);
        return String.join("-", parts);
    }

    private static void addTo(List<String> parts, String prefix, Double share) {
        if (share != null) {
            parts.add(prefix + share);
        }
    }
}
