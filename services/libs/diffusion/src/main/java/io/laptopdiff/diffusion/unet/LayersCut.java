package io.laptopdiff.diffusion.unet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cut by which one of the two layers of a block stays: the second of every down block and the
 * middle one of every up block go with the skip between them (BK-SDM, arXiv 2305.15798, section
 * 3.1; KOALA, arXiv 2312.04005, section 3). Single units cannot express it, for the up path loses
 * an input.
 *
 * @param withoutMid the middle block goes
 * @param withoutInnermost the innermost stage goes
 * @param depths blocks that stay in each stage's transformers, the first ones; empty: all
 */
record LayersCut(boolean withoutMid, boolean withoutInnermost, List<Integer> depths)
        implements HandcraftedCut {
    private static final String DEPTHS = "transformer_layers_per_block";
    private static final Pattern BLOCK = Pattern.compile("(down_blocks|up_blocks)\\.(\\d+)\\.(.*)");
    private static final Pattern LAYER = Pattern.compile("(resnets|attentions)\\.1\\.(.*)");

    @Override
    public UNetLayout layout(UNetConfig teacher, String label) {
        requireTwoLayers(teacher, label);
        requireDepths(teacher, label);
        if (withoutInnermost && teacher.down().size() < 2) {
            throw new IllegalArgumentException(
                    label
                            + " drops the innermost stage, and needs a teacher of at least two stages;"
                            + " this one's block_out_channels has one");
        }
        ObjectNode json = teacher.json().deepCopy();
        json.put("layers_per_block", 1);
        if (withoutMid) {
            json.putNull("mid_block_type");
        }
        if (!depths.isEmpty()) {
            ArrayNode stages = json.putArray(DEPTHS);
            depths.forEach(stages::add);
        }
        if (withoutInnermost) {
            dropLast(json, "block_out_channels");
            dropLast(json, "down_block_types");
            json.withArray("up_block_types").remove(0);
            dropLast(json, "attention_head_dim");
            dropLast(json, DEPTHS);
        }
        return UNetLayout.of(UNetConfig.of(json, Path.of(label + "/config.json")));
    }

    private static void requireTwoLayers(UNetConfig teacher, String label) {
        if (!teacher.removedUnits().isEmpty()
                || teacher.down().stream().anyMatch(stage -> stage.layers() != 2)) {
            throw new IllegalArgumentException(
                    label
                            + " is made from a whole U-Net with layers_per_block 2; this teacher"
                            + " has layers "
                            + teacher.down().stream().map(StageConfig::layers).toList()
                            + " and "
                            + teacher.removedUnits().size()
                            + " removed units");
        }
    }

    private void requireDepths(UNetConfig teacher, String label) {
        if (depths.isEmpty()) {
            return;
        }
        List<List<Integer>> had =
                teacher.down().stream().map(StageConfig::transformerDepths).toList();
        boolean deepEnough = had.size() == depths.size();
        for (int stage = 0; deepEnough && stage < depths.size(); stage++) {
            int wanted = depths.get(stage);
            deepEnough = had.get(stage).stream().allMatch(depth -> depth >= wanted);
        }
        int last = depths.get(depths.size() - 1);
        boolean mid =
                withoutMid
                        || (teacher.mid() == MidBlock.CROSS_ATTENTION
                                && teacher.midTransformerDepth() >= last);
        if (!deepEnough || !mid) {
            throw new IllegalArgumentException(
                    label
                            + " is made from a U-Net like SDXL's, whose transformers have at least "
                            + depths
                            + " blocks by stage; this teacher's have "
                            + had
                            + ", and its middle block is "
                            + teacher.mid()
                            + " with "
                            + teacher.midTransformerDepth());
        }
    }

    private static void dropLast(ObjectNode json, String field) {
        JsonNode node = json.get(field);
        if (node instanceof ArrayNode array) {
            array.remove(array.size() - 1);
        }
    }

    @Override
    public Set<String> removedUnits(UNetConfig teacher, String label) {
        return Set.of();
    }

    /**
     * Returns the teacher's name of a tensor: the student's up index 1 takes the teacher's index 2.
     */
    @Override
    public String teacherTensor(String student) {
        Matcher block = BLOCK.matcher(student);
        if (!block.matches() || block.group(1).equals("down_blocks")) {
            return student;
        }
        int index = Integer.parseInt(block.group(2)) + (withoutInnermost ? 1 : 0);
        Matcher layer = LAYER.matcher(block.group(3));
        String rest = layer.matches() ? layer.group(1) + ".2." + layer.group(2) : block.group(3);
        return "up_blocks." + index + "." + rest;
    }
}
