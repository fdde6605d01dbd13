package io.laptopdiff.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Outputs of a sweep against one whole pass for each set. */
class RemovalSweepTest {

    private static final double RELATIVE_ERROR = 1e-5;

    @TestFactory
    Stream<DynamicNode> unets() {
        return GoldenFiles.children("unet").stream()
                .flatMap(
                        directory ->
                                Stream.of(1, 3, 1000)
                                        .map(
                                                together ->
                                                        dynamicTest(
                                                                directory.getFileName()
                                                                        + ", together "
                                                                        + together,
                                                                () ->
                                                                        shouldEqualOnePassEach(
                                                                                directory,
                                                                                together))));
    }

    private static void shouldEqualOnePassEach(Path directory, int together) {
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel model = UNet2DConditionModel.load(directory, manager);
                SafetensorsFile file = SafetensorsFile.open(directory.resolve("io.safetensors"))) {
            GoldenInputs io = new GoldenInputs(file, manager);
            List<Set<String>> sets = sets(model);
            RemovalSweep.Outputs outputs = sweep(model, io, sets, together);

            assertClose(outputs.whole(), io.forward(model, Set.of()).sample(), "whole");
            for (int i = 0; i < sets.size(); i++) {
                assertClose(
                        outputs.without().get(i),
                        io.forward(model, sets.get(i)).sample(),
                        sets.get(i).toString());
            }
        }
    }

    private static RemovalSweep.Outputs sweep(
            UNet model, GoldenInputs io, List<Set<String>> sets, int together) {
        return new RemovalSweep(model, together, () -> {})
                .outputs(
                        io.read("sample"),
                        io.read("timestep"),
                        io.read("encoder_hidden_states"),
                        io.added(model),
                        sets);
    }

    /** Every unit alone, random sets, all units, and the blocks of each transformer; shuffled. */
    private static List<Set<String>> sets(UNet model) {
        List<String> units = model.layout().units().stream().map(Unit::path).toList();
        Random random = new Random(3);
        List<Set<String>> sets = new ArrayList<>();
        units.forEach(unit -> sets.add(Set.of(unit)));
        for (int i = 0; i < 8; i++) {
            List<String> shuffled = new ArrayList<>(units);
            Collections.shuffle(shuffled, random);
            sets.add(
                    new LinkedHashSet<>(
                            shuffled.subList(0, 2 + i % Math.max(1, units.size() - 2))));
        }
        sets.add(new LinkedHashSet<>(units));
        for (String unit : units) {
            int block = unit.indexOf(".transformer_blocks.");
            if (block > 0) {
                String transformer = unit.substring(0, block);
                Set<String> blocks = new LinkedHashSet<>(units);
                blocks.removeIf(each -> !each.startsWith(transformer + "."));
                sets.add(blocks);
            }
        }
        Collections.shuffle(sets, random);
        return sets;
    }

    private static void assertClose(NDArray actual, NDArray expected, String what) {
        assertThat(actual.getShape()).isEqualTo(expected.getShape());
        assertThat(GoldenFiles.relativeError(actual, expected))
                .as(what)
                .isLessThanOrEqualTo(RELATIVE_ERROR);
    }

    /** Outer stages one branch at a time, inner ones together. */
    @Test
    void shouldEqualOnePassEachOnLargeLatents() {
        with(
                (model, io) -> {
                    NDArray small = io.read("sample");
                    NDManager manager = small.getManager();
                    manager.getEngine().setRandomSeed(11);
                    Shape shape =
                            new Shape(small.getShape().get(0), small.getShape().get(1), 32, 40);
                    assertThat(shape.get(2) * shape.get(3)).isGreaterThan(BranchBatch.ALONE);
                    NDArray sample = manager.randomNormal(shape);
                    NDArray timestep = io.read("timestep");
                    NDArray text = io.read("encoder_hidden_states");
                    List<Set<String>> sets = sets(model).subList(0, 12);
                    RemovalSweep.Outputs outputs =
                            new RemovalSweep(model, 4, () -> {})
                                    .outputs(sample, timestep, text, null, sets);
                    for (int i = 0; i < sets.size(); i++) {
                        assertClose(
                                outputs.without().get(i),
                                model.forward(sample, timestep, text, null, sets.get(i)).sample(),
                                sets.get(i).toString());
                    }
                });
    }

    @Test
    void shouldLeaveNothingButTheOutputs() {
        with(
                (model, io) -> {
                    NDArray sample = io.read("sample");
                    try (NDManager scope = sample.getManager().newSubManager()) {
                        NDArray own = Rows.alias(sample, scope);
                        int before = scope.getManagedArrays().size();
                        List<Set<String>> sets = sets(model);
                        new RemovalSweep(model, 3, () -> {})
                                .outputs(
                                        own,
                                        io.read("timestep"),
                                        io.read("encoder_hidden_states"),
                                        null,
                                        sets);
                        assertThat(scope.getManagedArrays()).hasSize(before + sets.size() + 1);
                    }
                });
    }

    /** Sixty layers make as many activations, and the skips' concatenations come on top. */
    @Test
    void shouldLeaveOfAPassNothingButItsOutputAndFeatures() {
        with(
                (model, io) -> {
                    NDArray sample = io.read("sample");
                    try (NDManager scope = sample.getManager().newSubManager()) {
                        NDArray own = Rows.alias(sample, scope);
                        UNetOutput output =
                                model.forward(
                                        own,
                                        io.read("timestep"),
                                        io.read("encoder_hidden_states"),
                                        null);
                        int kept = 1 + output.features().size();
                        int embeddings = 3;
                        assertThat(scope.getManagedArrays())
                                .hasSizeBetween(1 + kept, 1 + kept + embeddings);
                        assertThat(output.features().values())
                                .allSatisfy(f -> assertThat(f.toFloatArray()).isNotEmpty());
                    }
                });
    }

    @Test
    void shouldBreakOffBetweenLayers() {
        AtomicInteger calls = new AtomicInteger();
        with(
                (model, io) ->
                        assertThatThrownBy(
                                        () ->
                                                new RemovalSweep(
                                                                model,
                                                                2,
                                                                () -> {
                                                                    if (calls.incrementAndGet()
                                                                            == 5) {
                                                                        throw new IllegalStateException(
                                                                                "told to stop");
                                                                    }
                                                                })
                                                        .outputs(
                                                                io.read("sample"),
                                                                io.read("timestep"),
                                                                io.read("encoder_hidden_states"),
                                                                null,
                                                                sets(model)))
                                .hasMessage("told to stop"));
    }

    @Test
    void shouldRefuseAPathThatIsNoUnit() {
        with(
                (model, io) ->
                        assertThatThrownBy(() -> sweep(model, io, List.of(Set.of("conv_in")), 1))
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessageContaining("conv_in"));
    }

    private interface Work {
        void on(UNet2DConditionModel model, GoldenInputs io);
    }

    private static void with(Work work) {
        Path directory =
                GoldenFiles.children("unet").stream()
                        .filter(each -> each.endsWith("sd15-tiny"))
                        .findFirst()
                        .orElseThrow();
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel model = UNet2DConditionModel.load(directory, manager);
                SafetensorsFile file = SafetensorsFile.open(directory.resolve("io.safetensors"))) {
            work.on(model, new GoldenInputs(file, manager));
        }
    }
}
