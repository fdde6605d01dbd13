/** PyTorch operators that DJL lacks, as TorchScript functions inside DJL's autograd. */
package io.laptopdiff.diffusion.torchscript;
