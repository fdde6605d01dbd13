package io.laptopdiff.diffusion.checkpoint;

/** The names in diffusers of the tensors of the autoencoder of CompVis's latent diffusion. */
final class OriginalVaeNames {

    private OriginalVaeNames() {}

    /**
     * Returns the name in diffusers; one that is not known stays as it is, and is refused by that.
     *
     * @param stages of the decoder
     */
    static String of(String name, int stages) {
        String[] steps = name.split("\\.");
        if (steps.length < 4 && !name.contains("norm_out.")) {
            return name;
        }
        if (name.contains(".norm_out.")) {
            return name.replace(".norm_out.", ".conv_norm_out.");
        }
        if (name.contains(".mid.block_")) {
            int block = steps[2].charAt(steps[2].length() - 1) - '1';
            return shortcut(
                    name.replace(".mid." + steps[2] + ".", ".mid_block.resnets." + block + "."));
        }
        if (name.contains(".mid.attn_1.")) {
            return name.replace(".mid.attn_1.", ".mid_block.attentions.0.")
                    .replace(".norm.", ".group_norm.")
                    .replace(".q.", ".to_q.")
                    .replace(".k.", ".to_k.")
                    .replace(".v.", ".to_v.")
                    .replace(".proj_out.", ".to_out.0.");
        }
        if (name.startsWith("encoder.down.")) {
            return shortcut(stage(name, "encoder.down_blocks." + steps[2], "downsample", steps));
        }
        if (name.startsWith("decoder.up.")) {
            int stage = stages - 1 - Integer.parseInt(steps[2]);
            return shortcut(stage(name, "decoder.up_blocks." + stage, "upsample", steps));
        }
        return name;
    }

    private static String stage(String name, String home, String sampling, String[] steps) {
        String rest = name.substring((steps[0] + "." + steps[1] + "." + steps[2] + ".").length());
        return home
                + "."
                + rest.replace("block.", "resnets.")
                        .replace(sampling + ".conv.", sampling + "rs.0.conv.");
    }

    private static String shortcut(String name) {
        return name.replace(".nin_shortcut.", ".conv_shortcut.");
    }
}
