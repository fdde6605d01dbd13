package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The block-pruned U-Nets of BK-SDM (Kim et al., arXiv 2305.15798, section 3.1), built from a
 * teacher of two layers a block: the baselines that a plan is compared with.
 */
public enum HandcraftedUNet {
    /**
     * The second resnet (and attention) of every down block and the middle one of every up block
     * go, with its skip.
     */
    BK_BASE(false, false),
    /** Base, and the middle block goes. */
    BK_SMALL(true, false),
    /** Small, and the innermost stage goes. */
    BK_TINY(true, true);

    private static final Pattern BLOCK = Pattern.compile("(down_blocks|up_blocks)\\.(\\d+)\\.(.*)");
    private static final Pattern LAYER = Pattern.compile("(resnets|attentions)\\.1\\.(.*)");

    private final boolean withoutMid;
    private final boolean withoutInnermost;

    HandcraftedUNet(boolean withoutMid, boolean withoutInnermost) {
        this.withoutMid = withoutMid;
        this.withoutInnermost = withoutInnermost;
    }

    /**
     * The name used in run requests and files: {@code bk-base}, {@code bk-small}, {@code bk-tiny}.
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The U-Net of that {@link #label()}, or empty. BK-SDM's v2 names are the same cuts, made on
     * SD-v2.1.
     */
    public static Optional<HandcraftedUNet> ofLabel(String label) {
        String cut = label.replace("bk-v2-", "bk-");
        return Stream.of(values()).filter(unet -> unet.label().equals(cut)).findFirst();
    }

    /**
     * The student's layout; no weights are needed.
     *
     * @throws IllegalArgumentException if the teacher does not have two layers in every block
     */
    public UNetLayout layout(UNetConfig teacher) {
        if (!teacher.removedUnits().isEmpty()
                || teacher.down().stream().anyMatch(stage -> stage.layers() != 2)) {
            throw new IllegalArgumentException(
                    label()
                            + " is made from a whole U-Net with layers_per_block 2; this teacher has layers "
                            + teacher.down().stream().map(StageConfig::layers).toList()
                            + " and "
                            + teacher.removedUnits().size()
                            + " removed units");
        }
        ObjectNode json = teacher.json().deepCopy();
        json.put("layers_per_block", 1);
        if (withoutMid) {
            json.putNull("mid_block_type");
        }
        if (withoutInnermost) {
            dropLast(json, "block_out_channels");
            dropLast(json, "down_block_types");
            json.withArray("up_block_types").remove(0);
            for (String perStage : List.of("attention_head_dim", "transformer_layers_per_block")) {
                dropLast(json, perStage);
            }
        }
        return UNetLayout.of(UNetConfig.of(json, Path.of(label() + "/config.json")));
    }

    private static void dropLast(ObjectNode json, String field) {
        JsonNode node = json.get(field);
        if (node instanceof ArrayNode array) {
            array.remove(array.size() - 1);
        }
    }

    /**
     * The student with the teacher's weights of what stays.
     *
     * @param parent the student's weights live in a sub-manager of it
     */
    public UNet2DConditionModel student(UNet2DConditionModel teacher, NDManager parent) {
        UNetLayout layout = layout(teacher.config());
        StateDict weights =
                teacher.weights().copy(layout.tensors().keySet(), this::teacherTensor, parent);
        return new UNet2DConditionModel(layout, weights);
    }

    /**
     * The name in the teacher of a tensor of the student: its up index 1 takes the teacher's index
     * 2.
     */
    private String teacherTensor(String student) {
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
