/** What the tests of the services share towards Kafka. */
package io.laptopdiff.messaging.testing;
