package io.laptopdiff.messaging.streams;

import io.laptopdiff.contracts.Message;

/**
 * A record after the attempt to read it.
 *
 * @param message null if it is unreadable
 * @param unreadable the value as it came; null if it was read
 */
record ReadRecord(Message message, byte[] unreadable) {}
