/** Many streams of a gateway at once, measured against a plain Kafka consumer. */
package io.laptopdiff.standalone.streams;
