package io.laptopdiff.experiments;

import io.laptopdiff.diffusion.engine.Processor;

/** The hardware that figures were measured on. */
public final class Machine {

    private Machine() {}

    /**
     * Describes the machine, such as "2 core(s) of AMD EPYC (family 25, model 1; sse4_1, avx, avx2,
     * fma), Linux amd64, Java 17": processors of one name differ by a factor of four in what they
     * multiply.
     */
    public static String describe() {
        Processor processor = Processor.here();
        return "%d core(s) of %s (family %s, model %s; %s), %s %s, Java %d"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        processor.model(),
                        processor.family(),
                        processor.number(),
                        String.join(", ", processor.instructionSets()),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        Runtime.version().feature());
    }
}
