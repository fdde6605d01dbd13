package io.laptopdiff.diffusion.dataset;

import java.util.ArrayList;
import java.util.List;

/**
 * The files that lie in a data set and are no part of it, such as captions without a picture.
 *
 * @param count of the files or entries
 * @param first names of some of them
 */
public record OtherFiles(int count, List<String> first) {

    static final OtherFiles NONE = new OtherFiles(0, List.of());

    private static final int NAMED = 5;

    public OtherFiles {
        first = List.copyOf(first);
    }

    static OtherFiles of(List<String> names) {
        return new OtherFiles(names.size(), names.subList(0, Math.min(NAMED, names.size())));
    }

    OtherFiles and(OtherFiles more) {
        List<String> both = new ArrayList<>(first);
        both.addAll(more.first);
        return new OtherFiles(count + more.count, both.subList(0, Math.min(NAMED, both.size())));
    }
}
