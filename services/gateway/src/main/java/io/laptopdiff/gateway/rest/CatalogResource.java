package io.laptopdiff.gateway.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.gateway.catalog.Models;
import io.laptopdiff.gateway.catalog.Presets;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What a request can start from. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "catalog")
public class CatalogResource {
    private final Models models;
    private final Presets presets;

    CatalogResource(Models models, Presets presets) {
        this.models = models;
        this.presets = presets;
    }

    /** Sorted by name. */
    record ModelList(List<Models.Model> models) {}

    @GET
    @Path("/models")
    @Operation(
            operationId = "listModels",
            summary = "Teachers at hand",
            description =
                    "Diffusers directories below laptopdiff.gateway.models. Any other location can be"
                            + " a teacher, too.")
    @APIResponse(responseCode = "200", description = "Name, location, bytes")
    public String models() {
        return Json.write(new ModelList(models.all()));
    }

    @GET
    @Path("/presets")
    @Operation(
            operationId = "listPresets",
            summary = "Requests to begin with",
            description = "Each 'spec' is a part of a RunSpec; teacher and data are yours to add.")
    @APIResponse(responseCode = "200", description = "Name, description, spec")
    public JsonNode presets() {
        return presets.all();
    }
}
