package io.laptopdiff.gateway.rest;

import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.Components;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** What the OpenAPI document says of the whole. */
@OpenAPIDefinition(
        info =
                @Info(
                        title = "laptop-diff",
                        version = "1",
                        description =
                                "Ask for a smaller Stable Diffusion U-Net, and watch it come to"
                                        + " be."),
        components =
                @Components(
                        responses =
                                @APIResponse(
                                        name = "Problem",
                                        description =
                                                "Problem details (RFC 9457). Any request may be answered so: 400 if it cannot be decoded, 403 if it would change something and comes from a page of another site, 406 if the answer cannot be had as Accept wants it, 413, 414 or 431 if it is too long.",
                                        content =
                                                @Content(
                                                        mediaType = Problem.MEDIA_TYPE,
                                                        schema =
                                                                @Schema(
                                                                        implementation =
                                                                                Problem.class)))))
public class GatewayApi extends Application {}
