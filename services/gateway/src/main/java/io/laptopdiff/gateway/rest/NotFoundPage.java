package io.laptopdiff.gateway.rest;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** What a browser shows at a path where nothing is. Programs get a problem. */
final class NotFoundPage {
    private static final String PAGE =
            """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta name="color-scheme" content="light dark"><title>Nothing here · laptop-diff</title></head>
            <body style="font-family: system-ui; margin: 3rem auto; max-width: 40rem; padding: 0 1rem">
            <h1>Nothing here</h1>
            <p>No page of laptop-diff has this address. <a href="/">All runs</a></p>
            </body>
            </html>
            """;

    private NotFoundPage() {}

    /**
     * Returns whether someone typed an address: a page was asked for by name, outside of what
     * programs use.
     */
    static boolean isForPeople(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        String accepted = request.getHeaderString(HttpHeaders.ACCEPT);
        return request.getMethod().equals("GET")
                && !(path + "/").startsWith("/api/")
                && accepted != null
                && accepted.contains("text/html");
    }

    static Response page() {
        return Response.status(Response.Status.NOT_FOUND)
                .type("text/html;charset=UTF-8")
                .entity(PAGE)
                .build();
    }
}
