/** Where a teacher's files lie: in a diffusers directory, in a variant of one, in a single file. */
package io.laptopdiff.diffusion.location;
