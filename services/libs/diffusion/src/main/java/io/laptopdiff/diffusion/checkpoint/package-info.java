/** Named tensors on disk and in memory: safetensors files, sharded checkpoints, state dicts. */
package io.laptopdiff.diffusion.checkpoint;
