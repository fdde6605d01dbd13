/** Trains the shapes model from nothing: autoencoder, CLIP, U-Net. */
package io.laptopdiff.shapes.training;
