/** Starts the broker and all services in this process. */
package io.laptopdiff.standalone.start;
