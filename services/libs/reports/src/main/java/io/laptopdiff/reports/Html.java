package io.laptopdiff.reports;

/** Pages without scripts, whose pictures are in them. */
public final class Html {

    private static final String PAGE =
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>laptop-diff: @title</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
            table { border-collapse: collapse; }
            th, td { padding: .3rem .8rem; text-align: right; border-bottom: 1px solid #ddd; }
            th:first-child { text-align: left; }
            img { max-width: 100%; image-rendering: pixelated; }
            figure { margin: 2rem 0; } figcaption { font-weight: 600; margin-bottom: .3rem; }
            svg { width: 100%; font-size: 11px; } svg text { fill: currentColor; }
            .strip { display: flex; gap: .5rem; overflow-x: auto; } .strip img { width: 8rem; }
            :root { color-scheme: light dark; }
            </style>
            </head>
            <body>
            @body
            </body>
            </html>
            """;

    private Html() {}

    /**
     * A whole page.
     *
     * @param title as it is
     * @param body HTML
     */
    public static String page(String title, String body) {
        return PAGE.replace("@title", escaped(title)).replace("@body", body);
    }

    /** Returns text that says in HTML what it says here. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
