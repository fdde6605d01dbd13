package io.laptopdiff.diffusion.dataset;

import java.util.Locale;

/**
 * A picture of a data set that is not used.
 *
 * @param where its file, or its entry in a tar file
 * @param reason what reports count it under
 * @param what the finding in one sentence, without a full stop
 */
public record LeftOut(String where, Unusable reason, String what) {

    /** Makes the entry of a picture whose ending already says that it is not decoded. */
    static LeftOut undecoded(String where) {
        return new LeftOut(
                where,
                Unusable.UNSUPPORTED,
                "Pictures in "
                        + FileNames.ending(where).toUpperCase(Locale.ROOT)
                        + " are not decoded; save it as PNG, JPEG or WebP");
    }
}
