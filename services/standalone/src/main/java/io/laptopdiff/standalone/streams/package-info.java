/** Measures many streams of a gateway at once against a plain Kafka consumer. */
package io.laptopdiff.standalone.streams;
