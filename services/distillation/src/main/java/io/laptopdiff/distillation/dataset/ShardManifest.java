package io.laptopdiff.distillation.dataset;

import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the {@code manifest.json} beside encoded samples says.
 *
 * @param sha256 of the samples' file, in hexadecimal digits; absent where no image could be used,
 *     so that there is no file
 * @param images places in the data set of those that are in the file, in order
 * @param leftOut images that cannot be used, by reason
 */
record ShardManifest(
        @MayBeAbsent String sha256, List<Integer> images, Map<String, Integer> leftOut) {
    ShardManifest {
        images = Require.list("images", images);
        Require.present("leftOut", leftOut);
        leftOut = Collections.unmodifiableMap(new TreeMap<>(leftOut));
    }
}
