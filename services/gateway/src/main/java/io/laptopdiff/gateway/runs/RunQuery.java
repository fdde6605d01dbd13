package io.laptopdiff.gateway.runs;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.status.RunState;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A question for some of all runs, the newest first.
 *
 * @param limit at most so many
 * @param cursor where an earlier page ended; null for the first
 * @param states empty for any
 * @param teacher part of its location, in any case; null for any
 * @param since not asked for before; null for any time
 * @param failures only those with some, whatever their state
 */
public record RunQuery(
        int limit,
        String cursor,
        Set<RunState> states,
        String teacher,
        Instant since,
        boolean failures) {

    private static final int MOST = 1000;
    private static final Comparator<RunStatus> NEWEST_FIRST =
            Comparator.comparing(RunQuery::startedAt).thenComparing(RunStatus::runId).reversed();

    /**
     * A page of runs, and where the next page begins.
     *
     * @param next cursor of the next page; null if this is the last
     */
    public record Page(List<RunStatus> runs, String next) {}

    /**
     * Reads parameters as they came.
     *
     * @throws InvalidMessageException naming the parameter that breaks a rule
     */
    public static RunQuery of(
            String limit,
            String cursor,
            List<String> states,
            String teacher,
            String since,
            boolean failures) {
        Require.that(
                limit.matches("[1-9]\\d{0,3}") && Integer.parseInt(limit) <= MOST,
                "limit",
                "'" + limit + "'",
                "it must be a number from 1 to " + MOST);
        if (cursor != null) {
            decoded(cursor);
        }
        Set<RunState> wanted = new HashSet<>();
        for (String state : states) {
            try {
                wanted.add(RunState.of(state.toUpperCase(Locale.ROOT)));
            } catch (InvalidMessageException e) {
                throw e.within("state");
            }
        }
        return new RunQuery(
                Integer.parseInt(limit),
                cursor,
                Set.copyOf(wanted),
                teacher,
                instant(since),
                failures);
    }

    /** The page of these runs; each only once over all pages, whatever comes in meanwhile. */
    Page of(Stream<RunStatus> all) {
        List<RunStatus> found =
                all.filter(this::matches).sorted(NEWEST_FIRST).limit(limit + 1L).toList();
        if (found.size() <= limit) {
            return new Page(found, null);
        }
        return new Page(found.subList(0, limit), encoded(found.get(limit - 1)));
    }

    private boolean matches(RunStatus run) {
        return (states.isEmpty() || states.contains(run.state()))
                && (teacher == null || teacherOf(run).contains(lower(teacher)))
                && (!failures || !run.failures().isEmpty())
                && (since == null || !startedAt(run).isBefore(since))
                && (cursor == null || key(run).compareTo(decoded(cursor)) < 0);
    }

    private static String teacherOf(RunStatus run) {
        return run.spec() == null ? "" : lower(run.spec().teacher());
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /**
     * Sorts as time and id do; seconds are counted from the first there is, for none has a sign.
     */
    private static String key(RunStatus run) {
        Instant at = startedAt(run);
        long second = at.getEpochSecond() - Instant.MIN.getEpochSecond();
        return String.format(Locale.ROOT, "%017d.%09d %s", second, at.getNano(), run.runId());
    }

    private static String encoded(RunStatus last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(key(last).getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String cursor) {
        try {
            String key = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (key.matches("\\d{17}\\.\\d{9} .+")) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new InvalidMessageException(
                "cursor", "'" + cursor + "'", "it must be 'next' of an earlier page");
    }

    private static Instant instant(String since) {
        try {
            return since == null ? null : Instant.parse(since);
        } catch (DateTimeException e) {
            throw new InvalidMessageException(
                    "since", "'" + since + "'", "it must be a time such as 2026-03-01T12:00:00Z");
        }
    }

    private static Instant startedAt(RunStatus status) {
        return status.requestedAt() == null ? status.occurredAt() : status.requestedAt();
    }
}
