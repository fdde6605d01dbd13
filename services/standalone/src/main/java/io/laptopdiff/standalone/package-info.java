/** One process: an embedded Kafka broker, every service, the command line. */
package io.laptopdiff.standalone;
