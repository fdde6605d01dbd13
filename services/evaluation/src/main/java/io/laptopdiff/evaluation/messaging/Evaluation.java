package io.laptopdiff.evaluation.messaging;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.evaluation.comparison.EvaluationSettings;
import io.laptopdiff.evaluation.comparison.RunReport;
import io.laptopdiff.evaluation.comparison.VariantEvaluator;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The domain's objects as beans. */
class Evaluation {
    @Produces
    @Singleton
    VariantEvaluator evaluator(Artifacts artifacts, ArtifactStore store, EvaluationConfig config) {
        return new VariantEvaluator(
                artifacts,
                store,
                new EvaluationSettings(
                        config.batchSize(), config.latencyPasses(), config.latencyTime()),
                Clock.systemUTC());
    }

    @Produces
    @Singleton
    RunReport report(ArtifactStore store) {
        return new RunReport(store);
    }
}
