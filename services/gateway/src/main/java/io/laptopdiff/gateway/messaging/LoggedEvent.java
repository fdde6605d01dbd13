package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.Message;
import org.apache.kafka.common.TopicPartition;

/**
 * An event as it stands in the log.
 *
 * @param timestamp milliseconds since 1970, when it was written
 */
record LoggedEvent(TopicPartition partition, long offset, long timestamp, Message event) {}
