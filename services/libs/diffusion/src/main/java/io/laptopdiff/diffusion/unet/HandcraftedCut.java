package io.laptopdiff.diffusion.unet;

import java.util.Set;

/** The way in which a handcrafted U-Net is made from its teacher. */
sealed interface HandcraftedCut permits LayersCut, DepthsCut {

    /**
     * Returns the student's layout.
     *
     * @throws IllegalArgumentException saying why the teacher cannot be cut so
     */
    UNetLayout layout(UNetConfig teacher, String label);

    /** The units that go, in execution order; empty where whole layers go with their skips. */
    Set<String> removedUnits(UNetConfig teacher, String label);

    /** The name in the teacher of a tensor of the student. */
    String teacherTensor(String student);
}
