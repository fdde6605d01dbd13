package io.laptopdiff.standalone.streams;

/**
 * What a load came to.
 *
 * @param streams open at once
 * @param runs that they are of
 * @param eventsPerSecond of each stream
 * @param warmUpSeconds at this load before latencies counted
 * @param seconds that it lasted after that
 * @param expected events over all streams
 * @param received events over all streams
 * @param outOfOrder events that were not the next one of their stream
 * @param streamed from just before an event was sent to Kafka to its client
 * @param plain the same to a Kafka consumer
 * @param peakResidentBytes of the process with gateway, broker and services
 */
record StreamFigures(
        int streams,
        int runs,
        int eventsPerSecond,
        int warmUpSeconds,
        int seconds,
        long expected,
        long received,
        long outOfOrder,
        LatencyCounts streamed,
        LatencyCounts plain,
        long peakResidentBytes) {}
