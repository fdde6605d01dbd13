/**
 * The facts that a bug report says first: the machine, the engine on it, and what to do about each
 * finding.
 */
package io.laptopdiff.diffusion.doctor;
