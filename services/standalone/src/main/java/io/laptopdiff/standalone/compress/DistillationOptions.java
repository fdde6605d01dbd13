package io.laptopdiff.standalone.compress;

import picocli.CommandLine.Option;

/** How students are trained. */
final class DistillationOptions {

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Distillation steps (default: 10000).")
    private Integer steps;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Samples per distillation step (default: 16).")
    private Integer batchSize;

    @Option(names = "--learning-rate", paramLabel = "X", description = "Of AdamW (default: 5e-5).")
    private Double learningRate;

    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            description = "constant, linear or cosine (default: constant).")
    private String schedule;

    @Option(
            names = "--feature-normalization",
            paramLabel = "NAME",
            description =
                    "none, l2 or squared-l2: what each feature loss is divided by (default: squared-l2).")
    private String featureNormalization;

    @Option(
            names = "--ema",
            paramLabel = "DECAY",
            description = "Keeps the moving average of the weights, such as 0.999.")
    private Double ema;

    @Option(
            names = "--min-snr",
            paramLabel = "GAMMA",
            description = "Weighs the task loss by min(SNR, GAMMA), such as 5.")
    private Double minSnr;

    @Option(
            names = "--teacher-precision",
            paramLabel = "NAME",
            description =
                    "fp32, or bf16: the frozen teacher takes half the memory (default: fp32).")
    private String teacherPrecision;

    @Option(
            names = "--gradient-checkpointing",
            description = "Less memory for more time: computes each stage of the student twice.")
    private boolean gradientCheckpointing;

    @Option(
            names = "--sample-images",
            paramLabel = "N",
            description =
                    "Images that teacher and student draw as the training goes on; 0: none (default: 2).")
    private Integer sampleImages;

    void layOver(RequestFields request) {
        request.set("distillation.steps", steps);
        request.set("distillation.batchSize", batchSize);
        request.set("distillation.learningRate", learningRate);
        request.set("distillation.schedule", schedule);
        request.set("distillation.featureNormalization", featureNormalization);
        request.set("distillation.emaDecay", ema);
        request.set("distillation.minSnrGamma", minSnr);
        request.set("distillation.teacherPrecision", teacherPrecision);
        request.set("distillation.gradientCheckpointing", gradientCheckpointing ? true : null);
        request.set("distillation.sampleImages", sampleImages);
    }
}
