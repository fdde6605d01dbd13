/**
 * The operators that every model computes with, in forms that were found right on this machine: a
 * self-check holds each of them against the same in double precision when the engine is first used.
 */
package io.laptopdiff.diffusion.engine;
