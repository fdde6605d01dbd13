package io.laptopdiff.standalone.streams;

import java.time.LocalDate;
import java.util.Locale;

/** The figures as docs/benchmarks/streams.md. */
final class StreamPage {
    private static final double GIGA = 1e9;
    private static final double WANTED_MILLIS = 250;
    private static final double WANTED_GIGA = 1;
    private static final double P99 = 0.99;
    private static final double P50 = 0.5;

    private StreamPage() {}

    static String of(StreamFigures f, String machine, LocalDate date) {
        double p99 = f.streamed().quantile(P99);
        double plain = f.plain().quantile(P99);
        double gigabytes = f.peakResidentBytes() / GIGA;
        return String.format(
                Locale.ROOT,
                """
                # Streams

                Measured by

                    laptop-diff bench-streams

                which starts `serve` (broker, gateway and services in one process), opens %,d streams of %d runs from a second
                process, and lets each run report %d steps a second: %d seconds to warm up,
                in which every event counts and no latency does, then %d seconds. Latency is from just before an event is sent to
                Kafka until its client has read it; a plain Kafka consumer in the second process reads the same events at the same
                time. Clients, broker and gateway share the machine.

                Machine: %s. Date: %s.

                |  | measured | wanted |  |
                |---|---:|---:|---:|
                | events received | %,d of %,d | all | %s |
                | lost, repeated or out of order | %,d | 0 | %s |
                | latency, p50 | %.1f ms |  |  |
                | latency, p99 | %.1f ms | under %.0f ms | %s |
                | latency, largest | %.1f ms |  |  |
                | a plain consumer's, p50 | %.1f ms |  |  |
                | a plain consumer's, p99 | %.1f ms |  |  |
                | p99 against the plain consumer's | %.1f times |  |  |
                | peak resident memory of the whole process | %.2f GB | under %.0f GB | %s |
                """,
                f.streams(),
                f.runs(),
                f.eventsPerSecond(),
                f.warmUpSeconds(),
                f.seconds(),
                machine,
                date,
                f.received(),
                f.expected(),
                reached(f.received() == f.expected()),
                f.outOfOrder(),
                reached(f.outOfOrder() == 0),
                f.streamed().quantile(P50),
                p99,
                WANTED_MILLIS,
                reached(p99 < WANTED_MILLIS),
                f.streamed().quantile(1),
                f.plain().quantile(P50),
                plain,
                p99 / plain,
                gigabytes,
                WANTED_GIGA,
                reached(gigabytes < WANTED_GIGA));
    }

    private static String reached(boolean it) {
        return it ? "reached" : "missed";
    }
}
