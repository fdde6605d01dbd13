/** The endless, deterministic data set of drawn shapes and their captions. */
package io.laptopdiff.shapes.dataset;
