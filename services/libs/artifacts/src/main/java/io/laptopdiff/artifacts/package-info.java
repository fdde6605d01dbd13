/** Where models and datasets are found, and where the results of runs are kept. */
package io.laptopdiff.artifacts;
