/** Scores the units of a teacher's U-Net. */
package io.laptopdiff.layerscoring;
