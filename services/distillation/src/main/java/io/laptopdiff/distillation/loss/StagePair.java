package io.laptopdiff.distillation.loss;

import java.util.ArrayList;
import java.util.List;

/**
 * A stage of the teacher and the stage of the student that takes its place.
 *
 * @param teacher stage path, under which the term is reported
 * @param student stage path
 */
record StagePair(String teacher, String student) {

    private static final String UP = "up_blocks.";

    /**
     * Pairs by path. A student without the innermost stages (BK-SDM Tiny) counts its up blocks from
     * another one on, so those are paired from the outermost inwards.
     *
     * @param teacher stage paths in execution order
     * @param student stage paths in execution order
     */
    static List<StagePair> of(List<String> teacher, List<String> student) {
        long fewer = ups(teacher) - ups(student);
        List<StagePair> pairs = new ArrayList<>();
        for (String stage : student) {
            String counterpart =
                    stage.startsWith(UP)
                            ? UP + (Integer.parseInt(stage.substring(UP.length())) + fewer)
                            : stage;
            if (teacher.contains(counterpart)) {
                pairs.add(new StagePair(counterpart, stage));
            }
        }
        return pairs;
    }

    private static long ups(List<String> stages) {
        return stages.stream().filter(stage -> stage.startsWith(UP)).count();
    }
}
