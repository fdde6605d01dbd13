package io.laptopdiff.standalone.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.AxeResults;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Looks at a page as people do who have a wide screen or a phone, in light and dark. */
final class Visitor {
    private static final int DESKTOP = 1280;
    private static final int PHONE = 390;
    private static final int HEIGHT = 844;
    private static final Set<String> GRAVE = Set.of("serious", "critical");

    private final Page page;
    private final Path pictures;

    /**
     * @param pictures directory for them
     */
    Visitor(Page page, Path pictures) {
        this.page = page;
        this.pictures = pictures;
    }

    /** Takes its four pictures, and has it examined in each of them. */
    void lookAt(String name) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
            for (int width : new int[] {DESKTOP, PHONE}) {
                page.setViewportSize(width, HEIGHT);
                // charts fit themselves to the new width
                page.waitForFunction(
                        "() => new Promise(done => requestAnimationFrame(() => setTimeout(() =>"
                                + " done(true), 400)))");
                String shot =
                        name
                                + "-"
                                + scheme.name().toLowerCase(Locale.ROOT)
                                + (width == PHONE ? "-phone" : "")
                                + ".png";
                page.screenshot(
                        new Page.ScreenshotOptions()
                                .setPath(pictures.resolve(shot))
                                .setFullPage(true));
                assertThat(page.evaluate("() => document.documentElement.scrollWidth"))
                        .as("%s does not scroll sideways", shot)
                        .isEqualTo(width);
                examine(shot);
            }
        }
        page.setViewportSize(DESKTOP, HEIGHT);
    }

    private void examine(String shot) {
        AxeResults results = new AxeBuilder(page).analyze();
        assertThat(results.getPasses()).as("axe looked at something").isNotEmpty();
        assertThat(
                        results.getViolations().stream()
                                .filter(rule -> GRAVE.contains(rule.getImpact()))
                                .map(
                                        rule ->
                                                rule.getId()
                                                        + " "
                                                        + rule.getNodes().stream()
                                                                .map(node -> node.getHtml())
                                                                .toList()))
                .as("what axe finds serious in %s", shot)
                .isEmpty();
    }
}
