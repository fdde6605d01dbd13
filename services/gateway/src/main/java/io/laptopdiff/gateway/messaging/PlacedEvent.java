package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.Message;

/**
 * An event of a run.
 *
 * @param position text to resume after it
 */
public record PlacedEvent(String position, Message event) {}
