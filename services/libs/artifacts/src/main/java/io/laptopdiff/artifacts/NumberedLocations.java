package io.laptopdiff.artifacts;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads many locations in one, as shells and webdataset write them. */
final class NumberedLocations {
    private static final Pattern RANGE = Pattern.compile("\\{(\\d{1,9})\\.\\.(\\d{1,9})}");
    private static final int MOST = 100_000;

    private NumberedLocations() {}

    /**
     * The location, or those that its range in braces stands for; numbers are as wide as the first
     * is written. A path that exists as it is written stands for itself.
     *
     * @return at least one
     */
    static List<String> of(String location) {
        Matcher range = RANGE.matcher(location == null ? "" : location);
        if (!range.find() || lies(location)) {
            return Collections.singletonList(location);
        }
        int first = Integer.parseInt(range.group(1));
        int last = Integer.parseInt(range.group(2));
        if (last < first || last - first >= MOST) {
            throw new ArtifactException(
                    "the range in braces must go upwards, and stand for at most " + MOST,
                    location,
                    "write it like {0000..0127}");
        }
        String number = "%0" + range.group(1).length() + "d";
        List<String> all = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            all.add(
                    location.substring(0, range.start())
                            + String.format(Locale.ROOT, number, i)
                            + location.substring(range.end()));
        }
        return all;
    }

    private static boolean lies(String location) {
        try {
            return Files.exists(Path.of(location));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
