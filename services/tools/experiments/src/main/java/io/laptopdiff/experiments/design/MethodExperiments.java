package io.laptopdiff.experiments.design;

import io.laptopdiff.contracts.run.Criterion;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The runs that test the claims of LAPTOP-Diff (arXiv 2404.11098) on one teacher. */
public final class MethodExperiments {
    /** The name of the runs of criteria side by side, and the audit of their additivity. */
    public static final String CRITERIA = "criteria";

    /**
     * The name of the runs by the criterion that draws images, which takes longer than all others.
     */
    public static final String CLIP_SCORE = "criteria-clip-score";

    /** Handcrafted U-Nets, and ours of the same sizes. */
    public static final String HANDCRAFTED = "handcrafted";

    /** Verified and iterative plans. */
    public static final String BEYOND = "beyond";

    /** An easy ratio for the feature losses, and one that leaves the student little capacity. */
    public static final List<Double> FEATURE_RATIOS = List.of(0.5, 0.7);

    /** One shot, verified and iterative at the hard ratio. */
    public static final String BEYOND_HARD = "beyond-hard";

    /** Plans measured in large numbers; the suffix is the ratio. */
    public static final String SEARCH = "search-";

    /** The handcrafted U-Nets that any Stable Diffusion 1.x or 2.x teacher has. */
    public static final List<String> UNETS = List.of("bk-base", "bk-small", "bk-tiny");

    private final Material material;
    private final Scale scale;

    public MethodExperiments(Material material, Scale scale) {
        this.material = material;
        this.scale = scale;
    }

    /** Returns everything that a seed needs; what others refer to comes first. */
    public List<Experiment> of(long seed) {
        List<Experiment> all = new ArrayList<>();
        List<Criterion> cheap = new ArrayList<>(List.of(Criterion.values()));
        cheap.remove(Criterion.CLIP_SCORE);
        all.add(new Experiment(CRITERIA, seed, criteria(cheap, cheap, Map.of(), seed)));
        all.add(new Experiment(CLIP_SCORE, seed, clipScore(seed)));
        all.add(new Experiment(HANDCRAFTED, seed, handcrafted(seed)));
        all.add(new Experiment(BEYOND, seed, beyond(scale.ratios(), List.of(), seed)));
        double hard = scale.hardRatio();
        Map<String, Object> once =
                Map.of("name", "one-shot-" + hard, "ratio", hard, "measured", true);
        all.add(new Experiment(BEYOND_HARD, seed, beyond(List.of(hard), List.of(once), seed)));
        for (double ratio : FEATURE_RATIOS) {
            all.add(features("no-features", ratio, seed, Map.of("featureWeight", 0)));
            for (String name : List.of("none", "l2")) {
                all.add(features(name, ratio, seed, Map.of("featureNormalization", name)));
            }
        }
        for (double ratio : scale.allRatios()) {
            all.add(new Experiment(SEARCH + ratio, seed, search(ratio, seed)));
        }
        return all;
    }

    /** Returns what a variant of one criterion and ratio is called. */
    public static String name(Criterion criterion, double ratio) {
        return criterion.text() + "-" + ratio;
    }

    /** Returns what ours of a handcrafted U-Net's size is called. */
    public static String ours(String unet) {
        return "ours-" + unet;
    }

    /** The group of feature terms without the default normalization. */
    public static String features(String name, double ratio) {
        return "features-" + name + "-" + ratio;
    }

    /** The group that a criterion's variants are in. */
    public static String group(Criterion criterion) {
        return criterion == Criterion.CLIP_SCORE ? CLIP_SCORE : CRITERIA;
    }

    private Map<String, Object> clipScore(long seed) {
        Map<String, Object> drawing =
                Map.of(
                        "promptsPerSlice", scale.clipScorePrompts(),
                        "inferenceSteps", scale.inferenceSteps(),
                        "guidanceScale", 4.0);
        // The audit compares with the output loss, whatever else is asked.
        List<Criterion> scored = List.of(Criterion.OUTPUT_LOSS, Criterion.CLIP_SCORE);
        return criteria(scored, List.of(Criterion.CLIP_SCORE), Map.of("clipScore", drawing), seed);
    }

    private Map<String, Object> criteria(
            List<Criterion> scored,
            List<Criterion> planned,
            Map<String, Object> furtherScoring,
            long seed) {
        List<Map<String, Object>> variants = new ArrayList<>();
        for (double ratio : scale.ratios()) {
            for (Criterion criterion : planned) {
                variants.add(
                        Map.of(
                                "name",
                                name(criterion, ratio),
                                "ratio",
                                ratio,
                                "criterion",
                                criterion.text(),
                                "measured",
                                true));
            }
        }
        Map<String, Object> scoring = new TreeMap<>(furtherScoring);
        scoring.put("criteria", scored.stream().map(Criterion::text).toList());
        scoring.put(
                "additivity",
                Map.of("sets", scale.auditSets(), "sizes", List.of(2, 4, 8), "seed", seed));
        return spec(seed, variants, scoring, Map.of(), scale.steps(), scale.prompts());
    }

    private Map<String, Object> handcrafted(long seed) {
        UNetLayout teacher = UNetLayout.of(UNetConfig.read(material.teacher().resolve("unet")));
        List<Map<String, Object>> variants = new ArrayList<>();
        for (String unet : UNETS) {
            long parameters =
                    HandcraftedUNet.ofLabel(unet)
                            .orElseThrow()
                            .layout(teacher.config())
                            .parameters();
            double ratio = (double) (teacher.parameters() - parameters) / teacher.parameters();
            variants.add(Map.of("handcrafted", unet));
            variants.add(Map.of("name", ours(unet), "ratio", ratio, "measured", true));
        }
        return spec(seed, variants, Map.of(), Map.of(), scale.steps(), scale.prompts());
    }

    private Map<String, Object> beyond(
            List<Double> ratios, List<Map<String, Object>> others, long seed) {
        List<Map<String, Object>> variants = new ArrayList<>(others);
        for (double ratio : ratios) {
            variants.add(
                    Map.of(
                            "name",
                            "verified-" + ratio,
                            "ratio",
                            ratio,
                            "candidates",
                            scale.candidates()));
            variants.add(
                    Map.of("name", "iterative-" + ratio, "ratio", ratio, "iterative", Map.of()));
        }
        return spec(seed, variants, Map.of(), Map.of(), scale.steps(), scale.prompts());
    }

    private Experiment features(String name, double ratio, long seed, Map<String, Object> recipe) {
        List<Map<String, Object>> variants =
                List.of(Map.of("name", name, "ratio", ratio, "measured", true));
        Map<String, Object> spec =
                spec(seed, variants, Map.of(), recipe, scale.steps(), scale.prompts());
        return new Experiment(features(name, ratio), seed, spec);
    }

    /**
     * Returns the search experiment, which is after the measured plans; of the rest, it asks for as
     * little as it can.
     */
    private Map<String, Object> search(double ratio, long seed) {
        Map<String, Object> variant =
                Map.of(
                        "name", String.format(Locale.ROOT, "search-%s", ratio),
                        "ratio", ratio,
                        "candidates", scale.searchBest(),
                        "randomCandidates", scale.searchRandom());
        return spec(seed, List.of(variant), Map.of(), Map.of(), 1, 2);
    }

    private Map<String, Object> spec(
            long seed,
            List<Map<String, Object>> variants,
            Map<String, Object> scoring,
            Map<String, Object> furtherRecipe,
            int steps,
            int prompts) {
        String training = material.training().toString();
        Map<String, Object> recipe = new TreeMap<>(furtherRecipe);
        recipe.put("dataset", training);
        recipe.put("steps", steps);
        recipe.put("batchSize", scale.batchSize());
        recipe.put("learningRate", 1e-3);
        recipe.put("warmupSteps", Math.min(20, steps / 2));
        recipe.put("schedule", "cosine");
        recipe.put("checkpointEverySteps", steps);
        recipe.put("gradientSharesEverySteps", Math.max(1, steps / 10));
        recipe.put("seed", seed);
        return Map.of(
                "teacher",
                material.teacher().toString(),
                "calibration",
                Map.of(
                        "dataset",
                        training,
                        "samples",
                        scale.samples(),
                        "slices",
                        scale.slices(),
                        "seed",
                        seed),
                "scoring",
                scoring,
                "variants",
                variants,
                "distillation",
                recipe,
                "evaluation",
                Map.of(
                        "scorer",
                        material.scorer().toString(),
                        "dataset",
                        material.heldOut().toString(),
                        "prompts",
                        prompts,
                        "inferenceSteps",
                        scale.inferenceSteps(),
                        "guidanceScale",
                        4.0,
                        "scheduler",
                        "ddim",
                        "seed",
                        seed));
    }
}
