/** Folds of events with Kafka Streams, any number of them in one topology. */
package io.laptopdiff.messaging.streams;
