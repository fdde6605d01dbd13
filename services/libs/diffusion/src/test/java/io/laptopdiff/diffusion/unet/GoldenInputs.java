package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import java.util.Set;

/** What a golden U-Net was given. */
record GoldenInputs(SafetensorsFile file, NDManager manager) {

    NDArray read(String name) {
        return file.read(name, manager);
    }

    UNetOutput forward(UNet model, Set<String> removed) {
        return model.forward(
                read("sample"),
                read("timestep"),
                read("encoder_hidden_states"),
                added(model),
                removed);
    }

    UNetPass begin(UNet model) {
        return model.begin(
                read("sample"), read("timestep"), read("encoder_hidden_states"), added(model));
    }

    AddedConditions added(UNet model) {
        return model.config().addition().isPresent()
                ? new AddedConditions(read("text_embeds"), read("time_ids"))
                : null;
    }
}
