package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.run.RunSpec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The runs that a retry goes back to: the one that it tries again, the one that that tried, ... */
public final class EarlierRuns {

    private EarlierRuns() {}

    /**
     * Follows {@code retryOf} from request to request.
     *
     * @param retry any request; one that is no retry goes back to none
     * @param written gives the request that a run of that id was begun with, as JSON; empty where
     *     there is none
     * @return ids, the nearest first, of runs that were asked for in the same way; a request that
     *     is gone, was otherwise, or is of another version ends the way back
     */
    public static List<String> of(RunSpec retry, Function<String, Optional<byte[]>> written) {
        Set<String> ids = new LinkedHashSet<>();
        String id = retry.retryOf();
        while (id != null && !ids.contains(id)) {
            Optional<RunSpec> earlier = written.apply(id).flatMap(EarlierRuns::read);
            if (earlier.filter(retry::retries).isEmpty()) {
                break;
            }
            ids.add(id);
            id = earlier.get().retryOf();
        }
        return List.copyOf(ids);
    }

    private static Optional<RunSpec> read(byte[] json) {
        try {
            return Optional.of(MessageJson.read(json, RunRequested.class).spec());
        } catch (InvalidMessageException e) {
            return Optional.empty();
        }
    }
}
