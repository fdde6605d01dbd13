/** What was scored before, kept under names that follow from the content that it came from. */
package io.laptopdiff.layerscoring.cache;
