/** A tokenizer in CLIP's format, built from the captions' words. */
package io.laptopdiff.shapes.tokenizer;
