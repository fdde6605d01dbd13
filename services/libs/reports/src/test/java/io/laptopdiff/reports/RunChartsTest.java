package io.laptopdiff.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.RunLayout;
import io.laptopdiff.artifacts.VariantLayout;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** What a report draws of the files that other stages left. */
class RunChartsTest {

    private static final String REMOVED = "mid_block.resnets.0";

    @TempDir Path home;
    private ArtifactStore store;
    private RunLayout run;
    private VariantLayout variant;

    @BeforeEach
    void openTheStore() {
        store = new ArtifactStore(home);
        run = store.run("r");
        variant = run.variant("half");
    }

    private void write(Path file, String text) {
        store.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private void writeScores() {
        write(
                run.scores(),
                """
                {"units": [
                  {"unit": "down_blocks.0.resnets.0", "score": {"mean": 0.1, "standardError": 0.02}},
                  {"unit": "%s", "score": {"mean": 0.001}},
                  {"unit": "up_blocks.0.resnets.0", "score": {"mean": 0.0}}]}"""
                        .formatted(REMOVED));
        write(variant.plan(), "{\"plan\": {\"removedUnits\": [\"%s\"]}}".formatted(REMOVED));
    }

    private Document drawn() {
        String html = new RunCharts(store, "r", List.of("half")).html();
        try {
            // what is well-formed as XML is so as HTML, and nothing is left open
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(
                            new ByteArrayInputStream(
                                    ("<body>" + html + "</body>")
                                            .getBytes(StandardCharsets.UTF_8)));
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new AssertionError(html, e);
        }
    }

    private static List<Element> all(Document page, String tag) {
        NodeList nodes = page.getElementsByTagName(tag);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    @Test
    void shouldDrawNothingWhereNothingIsLeft() {
        assertThat(new RunCharts(store, "r", List.of("half")).html()).isEmpty();
    }

    @Test
    void shouldLeaveOutWhatCannotBeRead() {
        write(run.frontier(), "{ broken");
        write(variant.training(), "step,total\n");
        assertThat(all(drawn(), "svg")).isEmpty();
        write(variant.training(), "");
        assertThat(all(drawn(), "svg")).isEmpty();
        write(variant.training(), "step,total\n1,0.5\n2,0.4,7\n3,half\n\n4,0.3\n");
        assertThat(lineOf("total")).hasSize(2);
    }

    /** Places of a line's points, from left to right. */
    private List<Double> lineOf(String title) {
        return all(drawn(), "path").stream()
                .filter(p -> p.getTextContent().equals(title))
                .map(p -> p.getAttribute("d").split("[ML]"))
                .flatMap(points -> Arrays.stream(points).skip(1))
                .map(point -> Double.valueOf(point.trim().split(" ")[0]))
                .toList();
    }

    @Test
    void shouldDrawLongTrainingsFromTheFirstStepToTheLast() {
        String few = "step,total\n1,1.0\n1000,0.5\n";
        write(variant.training(), few);
        List<Double> ends = lineOf("total");
        StringBuilder all = new StringBuilder("step,total\n");
        for (int step = 1; step <= 1000; step++) {
            all.append(step).append(',').append(1 - step / 2000.0).append('\n');
        }
        write(variant.training(), all.toString());
        List<Double> line = lineOf("total");
        assertThat(line).hasSizeLessThanOrEqualTo(300);
        assertThat(line.get(0)).isEqualTo(ends.get(0));
        assertThat(line.get(line.size() - 1)).isEqualTo(ends.get(1));
    }

    @Test
    void shouldDrawABarForEveryUnitThatLosesSomething() {
        writeScores();
        List<Element> bars = all(drawn(), "g");
        assertThat(bars).hasSize(2); // zero is nowhere on a logarithmic scale
        assertThat(bars.get(0).getTextContent()).contains("down_blocks.0.resnets.0", "± 0.02");
        assertThat(height(bars.get(0))).isGreaterThan(100);
        assertThat(height(bars.get(1))).isBetween(1.0, 100.0);
        assertThat(bars.get(0).getAttribute("opacity")).isEmpty();
        assertThat(bars.get(1).getAttribute("opacity")).as("a removed unit").isNotEmpty();
    }

    private static double height(Element bar) {
        return Double.parseDouble(
                ((Element) bar.getElementsByTagName("rect").item(0)).getAttribute("height"));
    }

    @Test
    void shouldDrawLossesAndFeatureTerms() {
        write(
                variant.training(),
                """
                step,seconds,learning_rate,gradient_norm,total,task,output,down_blocks.0.raw,down_blocks.0.weight
                1,0.5,1.0E-4,2.0,1.0,0.5,0.1,0.01,4.0
                2,0.5,1.0E-4,2.0,0.1,0.05,0.01,0.001,4.0
                """);
        Document page = drawn();
        assertThat(all(page, "figcaption").stream().map(Element::getTextContent))
                .containsExactly("Losses of half", "Feature terms of half, raw");
        assertThat(all(page, "title").stream().map(Element::getTextContent))
                .containsExactly("total", "task", "output", "down_blocks.0");
        // from left to right, and downwards, for the loss falls
        String[] path =
                all(page, "path").stream()
                        .filter(p -> p.getTextContent().equals("total"))
                        .findFirst()
                        .orElseThrow()
                        .getAttribute("d")
                        .split("[ML ]");
        assertThat(Double.parseDouble(path[3])).isGreaterThan(Double.parseDouble(path[1]));
        assertThat(Double.parseDouble(path[4])).isGreaterThan(Double.parseDouble(path[2]));
    }

    @Test
    void shouldShowTheFirstCaptionAsItIsLearnt() throws IOException {
        writeImage(variant.samples().resolve("teacher"));
        for (int step = 0; step < 20; step++) {
            writeImage(variant.samples(100 * step));
        }
        List<String> labels =
                all(drawn(), "img").stream().map(image -> image.getAttribute("alt")).toList();
        assertThat(labels).hasSize(7).startsWith("teacher", "step 0").endsWith("step 1900");
    }

    private static void writeImage(Path directory) throws IOException {
        Files.createDirectories(directory);
        ImageIO.write(
                new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB),
                "png",
                directory.resolve("00000.png").toFile());
    }

    @Test
    void shouldShowTheAudit() {
        write(
                run.directory().resolve("additivity.svg"),
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"1\"/></svg>");
        assertThat(all(drawn(), "circle")).hasSize(1);
    }
}
