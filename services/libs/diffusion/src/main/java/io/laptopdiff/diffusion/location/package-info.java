/**
 * The places where a teacher's files lie: a diffusers directory, a variant of one, a single file.
 */
package io.laptopdiff.diffusion.location;
