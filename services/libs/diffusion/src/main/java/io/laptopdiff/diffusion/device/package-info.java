/** Which device computes, and whose turn it is. */
package io.laptopdiff.diffusion.device;
