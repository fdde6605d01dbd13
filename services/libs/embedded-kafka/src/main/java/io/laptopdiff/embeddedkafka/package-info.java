/** A real Kafka broker inside this process. */
package io.laptopdiff.embeddedkafka;
