package io.laptopdiff.layerscoring.scoring;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.scoring.Cost;
import io.laptopdiff.contracts.scoring.UnitCost;
import io.laptopdiff.contracts.scoring.UnitCosts;
import io.laptopdiff.diffusion.unet.MacCounter;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.unet.UNetPass;
import io.laptopdiff.diffusion.unet.Unit;
import io.laptopdiff.estimation.WorkerSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What one call of the teacher's U-Net costs on this device at batch 1, and each unit's part of it:
 * multiply-accumulates counted, seconds measured, bytes of fp32 weights.
 */
final class CostMeter {

    private static final int REPEATS = WorkerSettings.COST_REPEATS;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long BYTES_PER_PARAMETER = 4;

    private CostMeter() {}

    /**
     * A unit's seconds are the median over repeats of the rest of the pass with it less the same
     * without it, the two in turn, so that what slows the machine slows both.
     */
    static UnitCosts measure(CalibrationBatch batch) {
        UNet teacher = batch.teacher();
        List<Unit> units = teacher.layout().units();
        List<UnitCost> costs = new ArrayList<>();
        double whole;
        try (NDManager scope = batch.target().getManager().newSubManager()) {
            whole = median(() -> finish(batch.begin(0, scope), Set.of(), scope));
            UNetPass pass = batch.begin(0, scope);
            for (Unit unit : units) {
                batch.interruption().check();
                pass.advanceTo(unit.path());
                costs.add(new UnitCost(unit.path(), cost(pass, unit, batch, scope)));
            }
        }
        Cost all = new Cost(macs(batch, Set.of()), whole, bytes(teacher.parameters()));
        return new UnitCosts(all, costs);
    }

    private static Cost cost(UNetPass pass, Unit unit, CalibrationBatch batch, NDManager scope) {
        double[] saved = new double[REPEATS];
        for (int i = 0; i < REPEATS; i++) {
            double with = finish(pass, Set.of(), scope);
            saved[i] = with - finish(pass, Set.of(unit.path()), scope);
        }
        Arrays.sort(saved);
        return new Cost(
                macs(batch, Set.of()) - macs(batch, Set.of(unit.path())),
                saved[REPEATS / 2],
                bytes(unit.parameters()));
    }

    private static double median(java.util.function.DoubleSupplier seconds) {
        double[] times = new double[REPEATS];
        for (int i = 0; i < REPEATS; i++) {
            times[i] = seconds.getAsDouble();
        }
        Arrays.sort(times);
        return times[REPEATS / 2];
    }

    private static double finish(UNetPass pass, Set<String> removed, NDManager scope) {
        long begin = System.nanoTime();
        try (NDManager own = scope.newSubManager()) {
            NDArray output = pass.continueWithout(removed, own).sample();
            output.toFloatArray(); // waits for the device
        }
        return (System.nanoTime() - begin) / NANOS_PER_SECOND;
    }

    private static long macs(CalibrationBatch batch, Set<String> removed) {
        UNetLayout layout = batch.teacher().layout();
        int size = layout.config().sampleSize();
        return MacCounter.count(layout, size, size, batch.textTokens(), removed).total();
    }

    private static long bytes(long parameters) {
        return parameters * BYTES_PER_PARAMETER;
    }
}
