package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.gateway.doctor.MachineReport;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Tells operators about the gateway's machine. */
@Path("/api/v1/doctor")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "operation")
public class DoctorResource {
    private final MachineReport report;

    DoctorResource(MachineReport report) {
        this.report = report;
    }

    @GET
    @Operation(
            operationId = "getDoctor",
            summary = "The machine and process of this gateway",
            description =
                    "Processor, memory, directories, and 'findings' with what to do about each. Where the workers share the"
                            + " process, also the engine with its self-check; else 'withoutEngine' says that there is none.")
    @APIResponse(
            responseCode = "200",
            description = "What `laptop-diff doctor --output json` prints, without ports")
    public String doctor() {
        return Json.write(report.now());
    }
}
