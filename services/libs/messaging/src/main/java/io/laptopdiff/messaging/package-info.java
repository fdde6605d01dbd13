/** Messages to and from Kafka: their serdes, and the one way to publish. */
package io.laptopdiff.messaging;
