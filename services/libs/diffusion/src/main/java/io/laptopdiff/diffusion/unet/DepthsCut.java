package io.laptopdiff.diffusion.unet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The cut by which transformers get shorter, and of the middle block its first resnet stays (SSD-1B
 * and Segmind-Vega, arXiv 2401.02677): a set of units. The first blocks of a transformer stay.
 *
 * @param down blocks that stay after each resnet of the down path, in execution order
 * @param up the same of the up path
 */
record DepthsCut(List<Integer> down, List<Integer> up) implements HandcraftedCut {

    @Override
    public UNetLayout layout(UNetConfig teacher, String label) {
        ObjectNode json = teacher.json().deepCopy();
        ArrayNode removed = json.putArray(UNetConfig.REMOVED_UNITS);
        removedUnits(teacher, label).forEach(removed::add);
        return UNetLayout.of(UNetConfig.of(json, Path.of(label + "/config.json")));
    }

    @Override
    public Set<String> removedUnits(UNetConfig teacher, String label) {
        List<Integer> teacherDown = depths(teacher.down());
        List<Integer> teacherUp = depths(teacher.up());
        if (!fits(teacherDown, down)
                || !fits(teacherUp, up)
                || teacher.mid() != MidBlock.CROSS_ATTENTION
                || !teacher.removedUnits().isEmpty()) {
            throw new IllegalArgumentException(
                    label
                            + " is made from a whole U-Net like SDXL's, with a middle transformer"
                            + " and, layer by layer, at least "
                            + down
                            + " blocks on the way down and "
                            + up
                            + " up; this teacher has "
                            + teacherDown
                            + ", "
                            + teacherUp
                            + ", the middle block "
                            + teacher.mid()
                            + " and "
                            + teacher.removedUnits().size()
                            + " removed units");
        }
        Set<String> removed = new LinkedHashSet<>();
        remove(teacher.down(), down, removed);
        removeBlocks("mid_block.attentions.0", 0, teacher.midTransformerDepth(), removed);
        removed.add("mid_block.resnets.1");
        remove(teacher.up(), up, removed);
        return Collections.unmodifiableSet(removed);
    }

    /** Returns the transformer depths by layer; 0 where there is no transformer. */
    private static List<Integer> depths(List<StageConfig> stages) {
        List<Integer> depths = new ArrayList<>();
        for (StageConfig stage : stages) {
            for (int layer = 0; layer < stage.layers(); layer++) {
                depths.add(stage.attends() ? stage.transformerDepths().get(layer) : 0);
            }
        }
        return depths;
    }

    private static boolean fits(List<Integer> teacher, List<Integer> student) {
        boolean fits = teacher.size() == student.size();
        for (int layer = 0; fits && layer < student.size(); layer++) {
            fits = teacher.get(layer) >= student.get(layer);
        }
        return fits;
    }

    private static void remove(List<StageConfig> stages, List<Integer> kept, Set<String> removed) {
        int at = 0;
        for (StageConfig stage : stages) {
            for (int layer = 0; layer < stage.layers(); layer++) {
                int first = kept.get(at++);
                if (stage.attends()) {
                    removeBlocks(
                            stage.name() + ".attentions." + layer,
                            first,
                            stage.transformerDepths().get(layer),
                            removed);
                }
            }
        }
    }

    private static void removeBlocks(
            String transformer, int first, int depth, Set<String> removed) {
        for (int block = first; block < depth; block++) {
            removed.add(transformer + ".transformer_blocks." + block);
        }
    }

    @Override
    public String teacherTensor(String student) {
        return student;
    }
}
