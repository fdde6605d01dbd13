package io.laptopdiff.gateway.rest;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;

/**
 * Keeps Quarkus from answering what is no URI, which it does without a word and before any route.
 * {@link EarlyRefusals} looks at every URI instead, and says what is wrong with it. Quarkus asks
 * for this by a system property alone, and reads it once; configuration is what is built before.
 */
public final class OwnUriCheck implements SmallRyeConfigBuilderCustomizer {
    private static final String PROPERTY = "vertx.disableURIValidation";

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        System.setProperty(PROPERTY, "true");
    }
}
