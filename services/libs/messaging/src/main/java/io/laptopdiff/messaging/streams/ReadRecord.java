package io.laptopdiff.messaging.streams;

import io.laptopdiff.contracts.Message;
import org.apache.kafka.common.utils.Bytes;

/**
 * A record after the attempt to read it.
 *
 * @param message null if it is unreadable
 * @param unreadable the value as it came; null if it was read
 */
record ReadRecord(Message message, Bytes unreadable) {}
