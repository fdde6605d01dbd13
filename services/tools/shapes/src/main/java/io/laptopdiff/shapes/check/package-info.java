/** Checks that the trained model draws what captions say. */
package io.laptopdiff.shapes.check;
