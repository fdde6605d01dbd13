/** The messages that travel between services, and the topics they travel on. */
package io.laptopdiff.contracts;
