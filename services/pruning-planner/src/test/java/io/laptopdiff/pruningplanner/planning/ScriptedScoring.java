package io.laptopdiff.pruningplanner.planning;

import static io.laptopdiff.pruningplanner.TinyScores.started;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.MeasureRemovals;
import io.laptopdiff.contracts.Message;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.RemovalsMeasured;
import io.laptopdiff.contracts.ScoreUnits;
import io.laptopdiff.contracts.UnitsScored;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.contracts.scoring.Moments;
import io.laptopdiff.pruningplanner.TinyScores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** A scoring service without a model answers whatever the planner asks for. */
final class ScriptedScoring {

    final TinyScores tiny;
    final ArtifactStore store;
    final RunPlanner planner;
    private final Map<String, Double> losses = new HashMap<>();

    ScriptedScoring(Path home) throws IOException {
        tiny = TinyScores.in(home);
        store = new ArtifactStore(home.resolve("artifacts"));
        planner = new RunPlanner(Artifacts.ofFiles(), store, Clock.systemUTC());
        for (JsonNode unit : TinyScores.units()) {
            losses.put(unit.get("unit").textValue(), unit.get("output_mse").doubleValue());
        }
    }

    /** What a set of units would cost if the losses of its units added up. */
    double sum(List<String> set) {
        return set.stream().mapToDouble(losses::get).sum();
    }

    /** Every message of a run in which joint losses come out as told. */
    List<Message> run(RunSpec spec, double spread, ToDoubleFunction<List<String>> joint) {
        int slices = spec.calibration().slices();
        List<UnitsScored> scored = new ArrayList<>();
        List<RemovalsMeasured> measured = new ArrayList<>();
        for (int slice = 0; slice < spec.calibration().slicesAtFirst(); slice++) {
            scored.add(TinyScores.slice("r", slice, slices, spread));
        }
        List<Message> said = new ArrayList<>();
        RunProgress progress = RunProgress.NEW;
        for (int step = 0; step < 100 && !progress.done(); step++) {
            Collections.reverse(measured);
            RunFacts facts = new RunFacts(started("r", spec), scored, measured);
            Advance advance = planner.advance(facts, progress);
            progress = advance.progress();
            said.addAll(advance.messages());
            assertThat(planner.advance(facts, progress).messages()).isEmpty();
            for (Message message : advance.messages()) {
                if (message instanceof ScoreUnits task) {
                    scored.add(TinyScores.slice("r", task.slice(), slices, spread));
                } else if (message instanceof MeasureRemovals task) {
                    measured.add(answer(task, joint));
                }
            }
        }
        assertThat(progress.done()).isTrue();
        Set<String> ids = new HashSet<>();
        assertThat(said).allSatisfy(message -> assertThat(ids.add(message.id())).isTrue());
        return said;
    }

    private static RemovalsMeasured answer(
            MeasureRemovals task, ToDoubleFunction<List<String>> joint) {
        List<Moments> moments =
                task.sets().stream()
                        .map(set -> joint.applyAsDouble(set))
                        .map(loss -> Moments.NONE.plus(0.9 * loss).plus(1.1 * loss))
                        .toList();
        return new RemovalsMeasured(
                "r",
                Instant.now(),
                task.purpose(),
                task.slice(),
                task.calibration().slices(),
                task.sets(),
                moments,
                0.1);
    }

    static <T> List<T> only(List<Message> messages, Class<T> type) {
        return messages.stream().filter(type::isInstance).map(type::cast).toList();
    }

    static PruningPlan plan(List<Message> messages) {
        return only(messages, PlanCreated.class).get(0).plan();
    }
}
