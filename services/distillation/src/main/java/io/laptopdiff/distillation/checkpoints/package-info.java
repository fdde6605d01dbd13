/** What a training leaves behind as it goes, and who may write it. */
package io.laptopdiff.distillation.checkpoints;
