/** Asks for runs through the gateway and shows how they go on. */
package io.laptopdiff.standalone.follow;
