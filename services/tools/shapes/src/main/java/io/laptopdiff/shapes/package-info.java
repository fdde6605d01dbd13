/** The shipped text-to-image model, as a resource of this module. */
package io.laptopdiff.shapes;
