package io.laptopdiff.diffusion.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.golden.GoldenFiles;
import io.laptopdiff.diffusion.golden.GoldenModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * CLIP's preprocessing against Pillow: every byte of the cropped image equal, pixels within 1e-4
 * (relative L2).
 */
class GoldenPreprocessTest {

    @TestFactory
    Stream<DynamicTest> shouldEqualPillow() {
        return GoldenFiles.children("clip").stream()
                .filter(directory -> Files.isRegularFile(directory.resolve("input.png")))
                .flatMap(
                        directory ->
                                Stream.of("input.png", "io.safetensors")
                                        .filter(
                                                file ->
                                                        Files.isRegularFile(
                                                                directory.resolve(file)))
                                        .map(
                                                file ->
                                                        dynamicTest(
                                                                "clip/"
                                                                        + directory.getFileName()
                                                                        + "/"
                                                                        + file,
                                                                () -> check(directory, file))));
    }

    private static void check(Path directory, String file) throws IOException {
        BufferedImage image = ImageIO.read(directory.resolve("input.png").toFile());
        assertThat(image).as("input.png").isNotNull();
        if (file.equals("io.safetensors")) {
            try (NDManager manager = NDManager.newBaseManager()) {
                shouldEqual(image, GoldenModel.tensors(directory.resolve(file), manager), manager);
            }
        }
    }

    private static void shouldEqual(
            BufferedImage image, Map<String, NDArray> golden, NDManager manager) {
        assertThat(golden).containsKey("pixel_values");
        NDArray expected = golden.get("pixel_values");
        ClipImageProcessor processor = ClipImageProcessor.ofSize((int) expected.getShape().get(2));
        if (golden.containsKey("cropped_rgb")) {
            byte[] bytes = processor.resizeAndCrop(RgbImage.of(image)).rgb();
            assertThat(bytes).isEqualTo(golden.get("cropped_rgb").toByteArray());
        }
        NDArray pixels = processor.toPixels(List.of(image), manager);
        assertThat(GoldenFiles.relativeError(pixels, expected)).isLessThan(1e-4);
    }
}
