package io.laptopdiff.standalone.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import io.laptopdiff.standalone.quickstart.QuickstartMaterial;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * A person with a browser and the bundled model: from the form to the downloaded student, with the
 * line breaking and the gateway being killed on the way.
 */
class DashboardIT {
    /** In every type of numbers that weights have. */
    private static final byte[] NOT_A_NUMBER = {-1, -1, -1, -1};

    private static final double LONG = Duration.ofMinutes(5).toMillis();

    /** Its path is in the pictures. */
    @TempDir(factory = NamedForPictures.class)
    Path directory;

    private static final class NamedForPictures implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
                throws IOException {
            return Files.createTempDirectory("laptop-diff-");
        }
    }

    /** Five seconds, as usual, are too few for a page on a machine that also computes the run. */
    @BeforeAll
    static void waitLong() {
        PlaywrightAssertions.setDefaultAssertionTimeout(Duration.ofMinutes(1).toMillis());
    }

    @Test
    @Timeout(900)
    void shouldLeadFromTheFormToTheStudent() throws Exception {
        QuickstartMaterial material = QuickstartMaterial.below(directory.resolve("material"));
        Path pictures =
                Files.createDirectories(
                        Path.of(System.getProperty("screenshots", "target/screenshots")));
        try (ServedDashboard served = new ServedDashboard(directory);
                Playwright playwright = Chromium.playwright();
                Browser browser = Chromium.launch(playwright);
                BrowserContext context = browser.newContext()) {
            served.start();
            Page page = context.newPage();
            List<String> errors = new ArrayList<>();
            page.onPageError(errors::add);
            Visitor visitor = new Visitor(page, pictures);

            page.navigate(served.address().toString());
            assertThat(page.getByText("Ask for the first run")).isVisible();
            visitor.lookAt("first-visit");

            page.getByText("Ask for the first run").click();
            fillIn(page, material);
            visitor.lookAt("new-run");
            page.locator("form button.primary").click();

            assertThat(page.locator("ol.steps")).isVisible();
            breakTheLine(context, page);
            assertThat(page.getByLabel("distillation of ratio-0.5")).isVisible(within(LONG));
            killTheGateway(served, page);

            assertThat(chip(page, "Finished")).isVisible(within(LONG));
            assertThat(page.locator("ld-unet rect")).hasCount(38);
            lookThroughTheFrontier(page);
            visitor.lookAt("run");

            page.getByRole(
                            AriaRole.LINK,
                            new Page.GetByRoleOptions().setName("ratio-0.5").setExact(true))
                    .click();
            assertThat(page.getByText("Losses", new Page.GetByTextOptions().setExact(true)))
                    .isVisible();
            assertThat(page.locator("img.sheet")).isVisible();
            lookAtImagesOnTheWay(page);
            visitor.lookAt("variant");
            assertThat(downloaded(page))
                    .contains(
                            "student/model_index.json",
                            "student/unet/config.json",
                            "student/unet/diffusion_pytorch_model.safetensors");

            compare(page);
            visitor.lookAt("compare");
            open(page, "Failures");
            assertThat(page.getByText("Nothing failed.")).isVisible();
            open(page, "Runs");
            assertThat(page.locator("li.run")).hasCount(1);
            visitor.lookAt("runs");
            lookAtAFailure(page, visitor, material.model());
            assertThat(errors).isEmpty();
        }
    }

    private static void open(Page page, String place) {
        page.getByText(place, new Page.GetByTextOptions().setExact(true)).first().click();
    }

    /**
     * A run that cannot begin to score, and the way from it to the next try. A weight that is not a
     * number is what the run alone reads; everything else would be refused before.
     */
    private void lookAtAFailure(Page page, Visitor visitor, Path model) throws IOException {
        Path broken = directory.resolve("broken");
        copy(model, broken);
        Path weights = broken.resolve("unet/diffusion_pytorch_model.safetensors");
        try (FileChannel file = FileChannel.open(weights, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(NOT_A_NUMBER), file.size() - NOT_A_NUMBER.length);
        }
        Object status =
                page.evaluate(
                        """
                        async (broken) => {
                          const { runs } = await (await fetch('/api/v1/runs')).json();
                          const { spec } = await (await fetch('/api/v1/runs/' + runs[0].runId)).json();
                          const body = JSON.stringify({ ...spec, teacher: broken, variants: spec.variants.slice(0, 1) });
                          const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': 'broken' };
                          return (await fetch('/api/v1/runs', { method: 'POST', headers, body })).status;
                        }""",
                        broken.toString());
        assertThat(status).isEqualTo(202);
        assertThat(page.locator("li.run"))
                .hasCount(2, new LocatorAssertions.HasCountOptions().setTimeout(LONG));
        open(page, "Failures");
        Locator again = page.getByText("Try the run again");
        assertThat(again).isVisible(within(LONG));
        assertThat(page.getByText("How to fix")).isVisible();
        visitor.lookAt("failures");
        String form = page.getByText("Change it and try again").getAttribute("href");
        again.click();
        assertThat(page.locator("ol.steps")).isVisible();
        goOnAndBack(page);
        page.evaluate("(form) => { location.hash = form; }", form);
        assertThat(page.locator("#rest")).hasValue(Pattern.compile("\"ratio\": 0.5"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path file : tree.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    /** The page of a run becomes that of the next one, and on the way back that of the first. */
    private static void goOnAndBack(Page page) {
        Locator again = page.getByText("Try the run again");
        assertThat(again).isVisible(within(LONG));
        String first = page.locator("h1").textContent();
        again.click();
        assertThat(page.locator("h1")).not().hasText(first);
        assertThat(again).isVisible(within(LONG)); // it fails as well
        page.goBack();
        assertThat(page.locator("h1")).hasText(first);
        assertThat(again).isVisible();
    }

    /** A mistake is told at its field while typing, and gone once it is mended. */
    private static void fillIn(Page page, QuickstartMaterial material) {
        page.getByLabel("Teacher", new Page.GetByLabelOptions().setExact(true))
                .fill(material.model().toString());
        page.getByLabel("Training data").fill(material.training().toString());
        page.getByLabel("Held-out images").fill(material.heldOut().toString());
        page.getByLabel("Scorer").fill(material.scorer().toString());
        page.getByLabel("Calibration samples").fill("16");
        page.getByLabel("Slices").fill("2");
        page.getByLabel("Steps", new Page.GetByLabelOptions().setExact(true)).fill("60");
        page.getByLabel("Batch size").fill("8");
        page.getByLabel("Learning rate").fill("1e-3");
        page.getByLabel("Prompts").fill("8");
        page.getByLabel("Sampler steps").fill("5");
        page.getByLabel("Handcrafted U-Nets beside them").fill("bk-base");
        page.getByLabel("Ratios").fill("1.5");
        Locator mistake = page.locator("#field-ratios-problem");
        assertThat(mistake).containsText("below 1");
        page.getByLabel("Ratios").fill("0.5");
        assertThat(mistake).isEmpty();
        assertThat(page.getByText("It would be taken in.")).isVisible();
        assertThat(page.getByText("38 removable units")).isVisible();
        // times come once the machine's speed is measured
        assertThat(page.locator("aside tbody tr").last()).not().containsText("…", longText());
    }

    private static void breakTheLine(BrowserContext context, Page page) {
        context.setOffline(true);
        assertThat(page.getByText("Offline")).isVisible(within(LONG));
        context.setOffline(false);
        assertThat(page.getByText("Offline"))
                .isHidden(new LocatorAssertions.IsHiddenOptions().setTimeout(LONG));
    }

    private static void killTheGateway(ServedDashboard served, Page page) throws Exception {
        served.kill();
        assertThat(page.getByText("Offline")).isVisible(within(LONG));
        served.start();
        assertThat(page.getByText("Offline"))
                .isHidden(new LocatorAssertions.IsHiddenOptions().setTimeout(LONG));
    }

    private static void lookThroughTheFrontier(Page page) {
        page.locator("ld-frontier input[type=range]").fill("40");
        assertThat(page.locator("ld-frontier [aria-live]")).containsText("of the parameters");
        assertThat(page.getByText("plan at")).isVisible();
    }

    /** Two captions, each drawn by the teacher, and by the student before and after. */
    private static void lookAtImagesOnTheWay(Page page) {
        assertThat(page.locator("ul.strip")).hasCount(2);
        assertThat(page.locator("ul.strip").first().locator("span"))
                .hasText(new String[] {"Teacher", "Step 0", "Step 60"});
        Locator images = page.locator("ul.strip img");
        assertThat(images).hasCount(6);
        images.last().scrollIntoViewIfNeeded();
        assertThat(images.last()).hasJSProperty("complete", true);
        assertThat((int) images.last().evaluate("image => image.naturalWidth")).isPositive();
        page.evaluate("window.scrollTo(0, 0)"); // else the bar stands in the middle of the picture
    }

    private static List<String> downloaded(Page page) throws IOException {
        Download download =
                page.waitForDownload(() -> page.getByText("Download the student").click());
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(download.path()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    private static void compare(Page page) {
        page.getByText("Compare", new Page.GetByTextOptions().setExact(true)).click();
        page.getByLabel("/ratio-0.5").check();
        page.getByLabel("/bk-base").check();
        assertThat(page.getByText("clip-score against size")).isVisible();
    }

    private static Locator chip(Page page, String state) {
        return page.locator(".title .chip", new Page.LocatorOptions().setHasText(state));
    }

    private static LocatorAssertions.IsVisibleOptions within(double millis) {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(millis);
    }

    private static LocatorAssertions.ContainsTextOptions longText() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(LONG);
    }
}
