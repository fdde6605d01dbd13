package io.laptopdiff.contracts;

import io.laptopdiff.contracts.json.Require;
import java.util.List;

/** What the messages about slices of a calibration set have in common. */
final class Slice {
    private Slice() {}

    static void require(int slice, int slices) {
        Require.atLeast("slices", slices, 1);
        Require.that(
                slice >= 0 && slice < slices,
                "slice",
                slice,
                "it must be from 0 to " + (slices - 1) + ", for there are " + slices);
    }

    static List<List<String>> requireSets(List<List<String>> sets) {
        return Require.someOf("sets", sets).stream()
                .map(set -> Require.someOf("sets", set))
                .toList();
    }

    static String taskId(String runId, String purpose, int slice) {
        return runId + "/" + purpose + "/slice-" + slice;
    }

    static String taskId(String runId, int slice) {
        return runId + "/scoring/slice-" + slice;
    }
}
