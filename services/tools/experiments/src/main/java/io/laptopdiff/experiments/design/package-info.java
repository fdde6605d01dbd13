/** Says which runs test which claim. */
package io.laptopdiff.experiments.design;
