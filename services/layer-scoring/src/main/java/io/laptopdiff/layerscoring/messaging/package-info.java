/** Carries messages to scoring and back; all that knows Quarkus and Kafka. */
package io.laptopdiff.layerscoring.messaging;
