package io.laptopdiff.gateway;

import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.gateway.runs.RunAdmission;
import jakarta.inject.Singleton;

/** Holds every run but one. */
@Singleton
class SmallMachine implements RunAdmission {
    static final String TOO_LARGE = "far-too-large";

    @Override
    public void require(RunSpec spec) {
        if (spec.variants().stream().anyMatch(variant -> variant.name().equals(TOO_LARGE))) {
            throw new StageException(
                    "It takes about 40.0 GB of memory",
                    "scoring",
                    "Set scoring.precision to bf16.");
        }
    }
}
