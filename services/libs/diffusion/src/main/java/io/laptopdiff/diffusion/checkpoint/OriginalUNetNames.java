package io.laptopdiff.diffusion.checkpoint;

import java.util.Set;

/** The names in diffusers of the tensors of the U-Net of CompVis's latent diffusion. */
final class OriginalUNetNames {

    private final int perStage;

    private OriginalUNetNames(int perStage) {
        this.perStage = perStage;
    }

    /**
     * Counts how many blocks a stage has: its resnets and the downsampler at its end.
     *
     * @param prefix that the U-Net's names begin with
     */
    static OriginalUNetNames of(Set<String> names, String prefix) {
        String blocks = prefix + "input_blocks.";
        int first = Integer.MAX_VALUE;
        int last = 0;
        for (String name : names) {
            if (name.startsWith(blocks)) {
                String[] steps = name.substring(blocks.length()).split("\\.");
                int block = Integer.parseInt(steps[0]);
                last = Math.max(last, block);
                if (name.endsWith(".0.op.weight")) {
                    first = Math.min(first, block);
                }
            }
        }
        // Without a downsampler there is one stage, and it ends one block earlier.
        return new OriginalUNetNames(first == Integer.MAX_VALUE ? last + 1 : first);
    }

    /**
     * Returns the name in diffusers; one that is not known stays as it is, and is refused by that.
     */
    String of(String name) {
        String[] steps = name.split("\\.", 3);
        if (steps.length < 3) {
            return name;
        }
        switch (steps[0]) {
            case "time_embed":
                return "time_embedding.linear_" + linear(steps[1]) + "." + steps[2];
            case "label_emb":
                String[] layer = steps[2].split("\\.");
                return "add_embedding.linear_" + linear(layer[0]) + "." + layer[layer.length - 1];
            case "out":
                return (steps[1].equals("0") ? "conv_norm_out." : "conv_out.") + steps[2];
            case "middle_block":
                return middle(Integer.parseInt(steps[1]), steps[2]);
            case "input_blocks":
                return down(Integer.parseInt(steps[1]), steps[2]);
            case "output_blocks":
                return up(Integer.parseInt(steps[1]), steps[2]);
            default:
                return name;
        }
    }

    /**
     * Numbers linear layers 0 and 2 of a sequence, which has an activation between them, 1 and 2.
     */
    private static int linear(String step) {
        return step.equals("0") ? 1 : 2;
    }

    private static String middle(int block, String rest) {
        return block % 2 == 0
                ? "mid_block.resnets." + block / 2 + "." + resnet(rest)
                : "mid_block.attentions." + block / 2 + "." + rest;
    }

    private String down(int block, String rest) {
        if (block == 0) {
            return "conv_in." + rest.substring(2);
        }
        int at = (block - 1) % perStage;
        String stage = "down_blocks." + (block - 1) / perStage;
        if (rest.startsWith("0.op.")) {
            return stage + ".downsamplers.0.conv." + rest.substring("0.op.".length());
        }
        return rest.startsWith("0.")
                ? stage + ".resnets." + at + "." + resnet(rest.substring(2))
                : stage + ".attentions." + at + "." + rest.substring(2);
    }

    private String up(int block, String rest) {
        int at = block % perStage;
        String stage = "up_blocks." + block / perStage;
        if (rest.startsWith("1.conv.") || rest.startsWith("2.conv.")) {
            return stage + ".upsamplers.0.conv." + rest.substring("1.conv.".length());
        }
        return rest.startsWith("0.")
                ? stage + ".resnets." + at + "." + resnet(rest.substring(2))
                : stage + ".attentions." + at + "." + rest.substring(2);
    }

    private static String resnet(String rest) {
        return rest.replace("in_layers.0.", "norm1.")
                .replace("in_layers.2.", "conv1.")
                .replace("emb_layers.1.", "time_emb_proj.")
                .replace("out_layers.0.", "norm2.")
                .replace("out_layers.3.", "conv2.")
                .replace("skip_connection.", "conv_shortcut.");
    }
}
