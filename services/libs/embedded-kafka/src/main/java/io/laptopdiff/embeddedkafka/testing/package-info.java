/** The embedded broker as a resource of Quarkus tests. */
package io.laptopdiff.embeddedkafka.testing;
