/** The choice of the device that computes, and of whose turn it is. */
package io.laptopdiff.diffusion.device;
