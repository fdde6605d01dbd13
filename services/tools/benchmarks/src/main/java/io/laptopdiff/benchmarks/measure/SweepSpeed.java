package io.laptopdiff.benchmarks.measure;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.unet.MacCounter;
import io.laptopdiff.diffusion.unet.RemovalSweep;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.Unit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The removal of every unit in turn, in fp32: a whole pass for each against the sweep that shares
 * what they have in common.
 */
public final class SweepSpeed {

    public static final String UNITS = "units";
    public static final String NAIVE = "whole passes seconds";
    public static final String SWEEP = "sweep seconds";
    public static final String ALONE = "sweep one by one seconds";
    public static final String TOGETHER = "removals together";
    public static final String LEAST_SHARE = "least share of whole passes by MACs";
    public static final String DIFFERENCE = "largest relative difference";

    private SweepSpeed() {}

    /**
     * @param checkpoint a diffusers directory
     * @return figures by the names above
     */
    public static Map<String, Double> measure(Path checkpoint) {
        try (NDManager manager = Devices.auto().newManager();
                UNet unet = UNet2DConditionModel.load(checkpoint.resolve("unet"), manager)) {
            Pass pass = new Pass(unet.config(), manager);
            List<Set<String>> sets =
                    unet.layout().units().stream().map(Unit::path).map(Set::of).toList();
            pass.run(unet, Set.of());
            List<float[]> expected = new ArrayList<>();
            double naive =
                    Timing.seconds(
                            () -> {
                                pass.run(unet, Set.of());
                                sets.forEach(units -> expected.add(pass.run(unet, units)));
                            });
            List<float[]> found = new ArrayList<>();
            double together =
                    Timing.seconds(
                            () -> found.addAll(sweep(unet, pass, sets, RemovalSweep.TOGETHER)));
            double alone = Timing.seconds(() -> sweep(unet, pass, sets, 1));
            double difference = 0;
            for (int i = 0; i < sets.size(); i++) {
                difference = Math.max(difference, Pass.distance(found.get(i), expected.get(i)));
            }
            int size = unet.config().sampleSize();
            long whole =
                    MacCounter.count(unet.layout(), size, size, Pass.TOKENS, List.of()).total();
            long least =
                    MacCounter.leastOfSweep(unet.layout(), size, size, Pass.TOKENS, sets).total();
            Map<String, Double> values = new LinkedHashMap<>();
            values.put(UNITS, (double) sets.size());
            values.put(NAIVE, naive);
            values.put(SWEEP, together);
            values.put(ALONE, alone);
            values.put(TOGETHER, (double) RemovalSweep.TOGETHER);
            values.put(LEAST_SHARE, (double) least / whole / (sets.size() + 1));
            values.put(DIFFERENCE, difference);
            return values;
        }
    }

    private static List<float[]> sweep(UNet unet, Pass pass, List<Set<String>> sets, int together) {
        try (NDManager scope = pass.text().getManager().newSubManager()) {
            return new RemovalSweep(unet, together, () -> {})
                            .outputs(
                                    pass.sampleIn(scope),
                                    pass.timestep(),
                                    pass.text(),
                                    pass.added(),
                                    sets)
                            .without()
                            .stream()
                            .map(output -> output.toFloatArray())
                            .toList();
        }
    }
}
