package io.laptopdiff.distillation.training;

import io.laptopdiff.contracts.CheckpointSaved;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.VariantEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Keeps every event, and tells the training to stop after a step. */
final class Recorder implements Consumer<VariantEvent>, Interruption {

    final List<VariantEvent> events = new ArrayList<>();
    private final int stopAfter;
    private final boolean saves;
    private boolean stop;

    private Recorder(int stopAfter, boolean saves) {
        this.stopAfter = stopAfter;
        this.saves = saves;
    }

    static Recorder ofAll() {
        return new Recorder(Integer.MAX_VALUE, false);
    }

    /** As a kill would: nothing is saved. */
    static Recorder killedAfter(int step) {
        return new Recorder(step, false);
    }

    static Recorder shutDownAfter(int step) {
        return new Recorder(step, true);
    }

    @Override
    public void accept(VariantEvent event) {
        events.add(event);
        stop |=
                event instanceof DistillationProgressed progressed
                        && progressed.step() >= stopAfter;
    }

    @Override
    public boolean requested() {
        return stop;
    }

    @Override
    public boolean savesProgress() {
        return saves;
    }

    List<DistillationProgressed> steps() {
        return events.stream()
                .filter(DistillationProgressed.class::isInstance)
                .map(DistillationProgressed.class::cast)
                .toList();
    }

    List<Integer> savedSteps() {
        return events.stream()
                .filter(CheckpointSaved.class::isInstance)
                .map(event -> ((CheckpointSaved) event).step())
                .toList();
    }
}
