package io.laptopdiff.gateway.rest;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.evaluation.Metrics;
import io.laptopdiff.contracts.json.InvalidMessageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.json.MayBeAbsent;
import io.laptopdiff.contracts.json.Require;
import io.laptopdiff.contracts.status.VariantState;
import io.laptopdiff.contracts.status.VariantStatus;
import io.laptopdiff.gateway.runs.Runs;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Variants side by side, of one run or of several. */
@Path("/api/v1/compare")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "runs")
public class CompareResource {
    private static final int MOST = 50;

    private final Runs runs;

    CompareResource(Runs runs) {
        this.runs = runs;
    }

    /** The compared variants, in the order that they were asked for. */
    record Comparison(List<Compared> variants) {}

    /**
     * One variant. What is absent is not known yet.
     *
     * @param ratio share of the teacher's parameters that is removed
     * @param parameters that the student has
     * @param teacherMetrics measured in the same minutes, on the same prompts and seeds
     * @param metrics of the student
     * @param declines of each score, by its name
     * @param gatesFailed scores that declined more than the request allows
     */
    record Compared(
            String runId,
            String name,
            VariantState state,
            String teacher,
            @MayBeAbsent Double ratio,
            @MayBeAbsent Long parameters,
            @MayBeAbsent Double predictedLoss,
            @MayBeAbsent Metrics teacherMetrics,
            @MayBeAbsent Metrics metrics,
            Map<String, Decline> declines,
            List<String> gatesFailed) {
        static Compared of(RunStatus run, VariantStatus variant) {
            boolean planned = variant.plan() != null;
            return new Compared(
                    run.runId(),
                    variant.name(),
                    variant.state(),
                    run.spec() == null ? null : run.spec().teacher(),
                    planned ? Double.valueOf(variant.plan().achievedRatio()) : null,
                    planned ? Long.valueOf(variant.plan().studentParameters()) : null,
                    planned ? variant.plan().predictedLoss() : null,
                    variant.teacherMetrics(),
                    variant.studentMetrics(),
                    variant.declines(),
                    variant.gatesFailed());
        }
    }

    @GET
    @Operation(operationId = "compareVariants", summary = "Two or more variants side by side")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = Comparison.class)))
    @APIResponse(responseCode = "400", ref = "Problem")
    @APIResponse(responseCode = "404", ref = "Problem")
    @APIResponse(responseCode = "410", ref = "Problem")
    @APIResponse(responseCode = "503", ref = "Problem")
    public String compare(
            @Parameter(description = "RUN/VARIANT, at least twice") @QueryParam("variant")
                    List<String> variants) {
        Require.that(
                variants.size() >= 2 && variants.size() <= MOST,
                "variant",
                variants.size() + " of them",
                "give 2 to " + MOST + " of them, each as RUN/VARIANT");
        List<Compared> compared = new ArrayList<>();
        for (String variant : variants) {
            int slash = variant.indexOf('/');
            if (slash < 1 || slash == variant.length() - 1) {
                throw new InvalidMessageException(
                        "variant", "'" + variant + "'", "it must be RUN/VARIANT");
            }
            String runId = variant.substring(0, slash);
            RunStatus run = runs.find(runId);
            compared.add(Compared.of(run, Runs.variant(run, variant.substring(slash + 1))));
        }
        return Json.write(new Comparison(compared));
    }
}
