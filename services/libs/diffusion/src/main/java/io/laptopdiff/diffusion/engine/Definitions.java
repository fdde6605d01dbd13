package io.laptopdiff.diffusion.engine;

/** Writes the source of TorchScript functions. */
final class Definitions {

    private Definitions() {}

    /** Returns the source of a function that returns a tensor. */
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
