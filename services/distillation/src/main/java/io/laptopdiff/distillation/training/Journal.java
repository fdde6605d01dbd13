package io.laptopdiff.distillation.training;

import io.laptopdiff.diffusion.unet.UNet2DConditionModel;

/** Hears of a training what people may want to look at. */
interface Journal {

    /** Hears that one more step is done. */
    void stepped(Training training, TrainingStep.Report report);

    /** Hears that what it heard so far will not be done again, as soon as it is kept. */
    void keeping();

    /** A step that will not be done again: a checkpoint holds it, or it was the last. */
    void kept(int step, UNet2DConditionModel student);
}
