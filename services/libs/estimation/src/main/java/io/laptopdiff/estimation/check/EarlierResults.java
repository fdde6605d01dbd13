package io.laptopdiff.estimation.check;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.VariantLayout;
import io.laptopdiff.contracts.EarlierRuns;
import io.laptopdiff.contracts.run.RunSpec;
import java.nio.file.Files;
import java.util.List;

/**
 * What the runs that a retry goes back to have left, which it uses instead of making it again; so
 * the data that it was made of need not be there any more.
 *
 * @param planned whether its variant has a plan
 * @param trained whether its variant has a trained student
 */
record EarlierResults(boolean planned, boolean trained) {

    /** Looks for what earlier runs left; both are false of a run that is no retry. */
    static EarlierResults of(RunSpec spec, ArtifactStore store) {
        List<VariantLayout> variants =
                EarlierRuns.of(spec, id -> store.read(store.run(id).run())).stream()
                        .map(id -> store.run(id).variant(spec.variants().get(0).name()))
                        .toList();
        return new EarlierResults(
                variants.stream().anyMatch(variant -> Files.isRegularFile(variant.plan())),
                variants.stream()
                        .anyMatch(
                                variant ->
                                        Files.isRegularFile(variant.distillation())
                                                && Files.isDirectory(variant.student())));
    }
}
