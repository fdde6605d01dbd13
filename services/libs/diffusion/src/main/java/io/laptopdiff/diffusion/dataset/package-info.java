/** Captioned images on disk: image folders and tar shards. */
package io.laptopdiff.diffusion.dataset;
