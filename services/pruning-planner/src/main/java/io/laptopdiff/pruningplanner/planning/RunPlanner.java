package io.laptopdiff.pruningplanner.planning;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.diffusion.location.PipelineLocation;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.time.Clock;

/**
 * Takes a run from its scores to its plans, as far as the facts allow. What it says follows from
 * the facts alone, and is said once.
 */
public final class RunPlanner {
    private final Artifacts artifacts;
    private final ArtifactStore store;
    private final Clock clock;

    public RunPlanner(Artifacts artifacts, ArtifactStore store, Clock clock) {
        this.artifacts = artifacts;
        this.store = store;
        this.clock = clock;
    }

    /**
     * The messages that follow from what is known now, and how far the run is after them. Writes
     * scores.json, additivity.json, additivity.svg and a plan.json per variant as it gets there.
     */
    public Advance advance(RunFacts facts, RunProgress progress) {
        RunStep step = new RunStep(facts, progress, store, clock);
        return step.take(
                () ->
                        UNetLayout.of(
                                UNetConfig.read(
                                        PipelineLocation.directory(
                                                        facts.started().spec().teacher(),
                                                        artifacts::local)
                                                .resolve("unet"))));
    }
}
