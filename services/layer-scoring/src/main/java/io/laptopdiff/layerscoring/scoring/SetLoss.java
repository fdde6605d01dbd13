package io.laptopdiff.layerscoring.scoring;

import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.diffusion.checkpoint.ContentDigest;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * The joint output loss of a set of units on one slice.
 *
 * @param units diffusers module paths, sorted
 */
record SetLoss(List<String> units, Moments loss) {
    SetLoss {
        units = Require.someOf("units", units);
        Require.present("loss", loss);
    }

    static SetLoss of(Collection<String> units, Moments loss) {
        return new SetLoss(List.copyOf(new TreeSet<>(units)), loss);
    }

    /** The name that it is kept under. */
    static String name(Collection<String> units) {
        return "removal-" + new ContentDigest().add(new TreeSet<>(units)).name();
    }
}
