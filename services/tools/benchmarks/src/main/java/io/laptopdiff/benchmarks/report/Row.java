package io.laptopdiff.benchmarks.report;

/**
 * One line of the report.
 *
 * @param what is measured
 * @param value as people read it
 * @param target as people read it; empty where there is none
 * @param reached whether the target is; true where there is none
 */
record Row(String what, String value, String target, boolean reached) {

    static Row of(String what, String value) {
        return new Row(what, value, "", true);
    }

    String verdict() {
        if (target.isEmpty()) {
            return "";
        }
        return reached ? "reached" : "**missed**";
    }
}
