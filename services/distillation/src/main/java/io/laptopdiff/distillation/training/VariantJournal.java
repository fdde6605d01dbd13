package io.laptopdiff.distillation.training;

import io.laptopdiff.diffusion.unet.UNet2DConditionModel;

/** The table and the images that a variant keeps of its training. */
record VariantJournal(TrainingLog log, SampleImages images) implements Journal {

    @Override
    public void stepped(Training training, TrainingStep.Report report) {
        log.add(training, report);
    }

    @Override
    public void keeping() {
        log.write();
    }

    @Override
    public void kept(int step, UNet2DConditionModel student) {
        images.ofStudent(step, student);
    }
}
