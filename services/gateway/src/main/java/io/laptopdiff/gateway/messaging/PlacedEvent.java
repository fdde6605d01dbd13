package io.laptopdiff.gateway.messaging;

import io.laptopdiff.contracts.Message;

/**
 * An event on its way to one reader.
 *
 * @param position text to resume after it
 * @param json of the event
 */
public record PlacedEvent(String position, Message event, String json) {}
