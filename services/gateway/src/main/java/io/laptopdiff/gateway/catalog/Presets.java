package io.laptopdiff.gateway.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Requests to begin with: the method as published, and what suits smaller machines. */
@ApplicationScoped
public class Presets {
    private static final String FILE = "/io/laptopdiff/gateway/catalog/presets.json";

    private final JsonNode all;

    Presets() {
        try (InputStream in = Presets.class.getResourceAsStream(FILE)) {
            all = Json.parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + FILE, e);
        }
    }

    /** Returns {"presets": [{name, description, spec}]}. */
    public JsonNode all() {
        return all;
    }
}
