/** Experiments through the gateway, like any other user of it. */
package io.laptopdiff.standalone.experiments;
