package io.laptopdiff.standalone.start;

import io.laptopdiff.diffusion.doctor.EngineFacts;
import io.laptopdiff.gateway.doctor.OwnEngine;
import jakarta.inject.Singleton;

/** The workers compute in the gateway's process. */
@Singleton
class AllServicesEngine implements OwnEngine {

    @Override
    public EngineFacts facts() {
        return EngineFacts.here(Workers.device());
    }
}
