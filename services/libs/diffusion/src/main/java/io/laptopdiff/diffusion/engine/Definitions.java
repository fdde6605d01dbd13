package io.laptopdiff.diffusion.engine;

/** Source of TorchScript functions. */
final class Definitions {

    private Definitions() {}

    /** A function that returns a tensor. */
    static String of(String name, String signature, String body) {
        return "def "
                + name
                + "("
                + signature.replace(", ", ",\n    ")
                + ") -> Tensor:\n  "
                + body.strip().replace("\n", "\n  ")
                + "\n";
    }
}
