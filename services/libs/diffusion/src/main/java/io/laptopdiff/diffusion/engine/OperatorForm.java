package io.laptopdiff.diffusion.engine;

/**
 * One way to compute an operator.
 *
 * @param name as it is shown, e.g. {@code channels-last}
 * @param body TorchScript statements over the operator's arguments; the last one returns a tensor
 */
public record OperatorForm(String name, String body) {

    public OperatorForm {
        if (name.isBlank() || body.isBlank()) {
            throw new IllegalArgumentException("A form has a name and a body, and not: " + name);
        }
    }

    /** Returns this form with results a hundredth too large, to see that it is found out. */
    OperatorForm wrong() {
        return new OperatorForm(
                name,
                body.replace("lr=", "lr=1.5 * ")
                        .replaceAll("(?m)^( *)return (.*)$", "$1return torch.mul($2, 1.01)"));
    }
}
