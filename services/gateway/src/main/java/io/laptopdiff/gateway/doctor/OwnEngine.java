package io.laptopdiff.gateway.doctor;

import io.laptopdiff.diffusion.doctor.EngineFacts;

/**
 * The engine in the gateway's own process. Only a gateway that shares its process with workers has
 * a bean of it: others have no engine, and must not load one.
 */
public interface OwnEngine {

    /** Returns what is known of the engine; may load it, which takes seconds. */
    EngineFacts facts();
}
