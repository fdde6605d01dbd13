/** Tiny models and data for the tests of every module that computes. */
package io.laptopdiff.diffusion.testing;
