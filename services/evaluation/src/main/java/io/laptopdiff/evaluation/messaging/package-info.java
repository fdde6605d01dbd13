/** Carries messages to the evaluation and back; all that knows Quarkus and Kafka. */
package io.laptopdiff.evaluation.messaging;
