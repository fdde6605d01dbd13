package io.laptopdiff.gateway.runs;

import io.laptopdiff.contracts.json.MayBeAbsent;
import java.util.List;

/**
 * What a run would be, told before it is asked for.
 *
 * @param fits whether the workers' machine can hold it
 * @param problem why it cannot, and the choices that would make it fit; absent if it can
 */
public record RunForecast(
        Preview preview, Estimate estimate, boolean fits, @MayBeAbsent String problem) {

    /**
     * What would be planned.
     *
     * @param scoringSlices tasks that scoring is cut into
     */
    public record Preview(Teacher teacher, List<Variant> variants, int scoringSlices) {}

    /**
     * The U-Net that is to shrink.
     *
     * @param units that can be removed
     */
    public record Teacher(int units, long parameters) {}

    /**
     * One student wanted.
     *
     * @param parameterBudget that it may have at most; absent for handcrafted ones and other
     *     budgets
     * @param studentParameters that it will have; absent before its units are chosen
     */
    public record Variant(
            String name,
            @MayBeAbsent Long parameterBudget,
            @MayBeAbsent String handcrafted,
            @MayBeAbsent Long studentParameters) {}

    /**
     * What it takes of the machine.
     *
     * @param memoryBytes of the fullest stage's process
     * @param seconds absent until this machine's speed at this teacher is measured
     * @param machineMemoryBytes that the workers have; absent where the gateway does not know
     * @param machineDiskBytes free there; absent where the gateway does not know
     */
    public record Estimate(
            List<Stage> stages,
            long memoryBytes,
            @MayBeAbsent Double seconds,
            long diskBytes,
            @MayBeAbsent Long machineMemoryBytes,
            @MayBeAbsent Long machineDiskBytes) {}

    /** One stage's part of that. */
    public record Stage(
            String stage, long memoryBytes, @MayBeAbsent Double seconds, long diskBytes) {}
}
