package io.laptopdiff.contracts.run;

import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import java.util.Set;

/**
 * One student wanted: either a ratio, or a handcrafted U-Net to compare with.
 *
 * @param name names the variant's directory; absent: "ratio-0.5" or the handcrafted name
 * @param ratio removed parameters / parameters of the teacher's U-Net, above 0 and below 1; absent
 *     for a handcrafted variant
 * @param handcrafted one of {@link #HANDCRAFTED}; absent for a variant with a ratio
 */
public record VariantSpec(
        @MayBeAbsent String name, @MayBeAbsent Double ratio, @MayBeAbsent String handcrafted) {
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
        Require.that(
                (ratio == null) != (handcrafted == null),
                "ratio",
                ratio == null ? "absent" : ratio,
                "a variant has exactly one of 'ratio' and 'handcrafted', and 'handcrafted' is "
                        + (handcrafted == null ? "absent" : "'" + handcrafted + "'"));
        if (ratio != null) {
            Require.fraction("ratio", ratio);
        } else {
            Require.oneOf("handcrafted", handcrafted, HANDCRAFTED);
        }
        if (name == null) {
            name = ratio == null ? handcrafted : "ratio-" + ratio;
        }
        Require.name("name", name);
        Require.that(
                !name.equalsIgnoreCase("teacher") && !name.endsWith(".json"),
                "name",
                "'" + name + "'",
                "'teacher' and names that end in '.json' are taken by the run's own files");
    }

    public static VariantSpec ofRatio(String name, double ratio) {
        return new VariantSpec(name, ratio, null);
    }

    public static VariantSpec ofHandcrafted(String name, String handcrafted) {
        return new VariantSpec(name, null, handcrafted);
    }
}
