package io.laptopdiff.diffusion.unet;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The published block-pruned U-Nets that a plan is compared with, built from their teacher. */
public enum HandcraftedUNet {
    /** BK-SDM (arXiv 2305.15798): one layer of two stays in each block. */
    BK_BASE(new LayersCut(false, false, List.of())),
    /** BK-SDM Base, of which the middle block goes, too. */
    BK_SMALL(new LayersCut(true, false, List.of())),
    /** BK-SDM Small, of which the innermost stage goes, too. */
    BK_TINY(new LayersCut(true, true, List.of())),
    /** Segmind's SSD-1B (arXiv 2401.02677), from SDXL. */
    SSD_1B(new DepthsCut(List.of(0, 0, 2, 2, 4, 4), List.of(4, 4, 10, 2, 1, 1, 0, 0, 0))),
    /** Segmind-Vega (arXiv 2401.02677), from SDXL. */
    VEGA(new DepthsCut(List.of(0, 0, 1, 1, 2, 2), List.of(2, 2, 2, 1, 1, 1, 0, 0, 0))),
    /** KOALA-1B (arXiv 2312.04005), from SDXL. */
    KOALA_1B(new LayersCut(false, false, List.of(1, 2, 6))),
    /** KOALA-700M (arXiv 2312.04005), from SDXL. */
    KOALA_700M(new LayersCut(true, false, List.of(1, 2, 5)));

    private final HandcraftedCut cut;

    HandcraftedUNet(HandcraftedCut cut) {
        this.cut = cut;
    }

    /** The name used in run requests and files, such as {@code bk-base} and {@code koala-700m}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The U-Net of that {@link #label()}, or empty. BK-SDM's v2 names are the same cuts, made on
     * SD-v2.1.
     */
    public static Optional<HandcraftedUNet> ofLabel(String label) {
        String plain = label.replace("bk-v2-", "bk-");
        return Stream.of(values()).filter(unet -> unet.label().equals(plain)).findFirst();
    }

    /**
     * The student's layout; no weights are needed.
     *
     * @throws IllegalArgumentException if the teacher lacks what the U-Net is cut from
     */
    public UNetLayout layout(UNetConfig teacher) {
        UNetLayout student = cut.layout(teacher, label());
        inheritance(UNetLayout.of(teacher), student); // refuses a teacher that has too little
        return student;
    }

    private Inheritance inheritance(UNetLayout teacher, UNetLayout student) {
        return new Inheritance(label(), cut, teacher, student);
    }

    /**
     * The units whose removal gives this U-Net, in execution order; empty where single units cannot
     * express it.
     *
     * @throws IllegalArgumentException if the teacher lacks what the U-Net is cut from
     */
    public Set<String> removedUnits(UNetConfig teacher) {
        return cut.removedUnits(teacher, label());
    }

    /**
     * Makes the student with the teacher's weights of what stays. Where the innermost stage goes
     * and is wider than the one before it, the resnet that followed it keeps the weights of its
     * leading hidden channels and of its skip; on Stable Diffusion's widths every tensor is taken
     * whole.
     *
     * @param parent the student's weights live in a sub-manager of it
     * @throws IllegalArgumentException if the teacher lacks what the U-Net is cut from
     */
    public UNet2DConditionModel student(UNet2DConditionModel teacher, NDManager parent) {
        UNetLayout layout = cut.layout(teacher.config(), label());
        return new UNet2DConditionModel(
                layout, inheritance(teacher.layout(), layout).weights(teacher.weights(), parent));
    }
}
