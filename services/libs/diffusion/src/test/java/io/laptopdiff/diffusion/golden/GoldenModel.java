package io.laptopdiff.diffusion.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.diffusion.checkpoint.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * A golden directory with a tiny model and its inputs and outputs; each file that is there is a
 * test of its own.
 */
public final class GoldenModel {

    private GoldenModel() {}

    /** What is checked in one directory, by file name; the test opens the directory anew. */
    public record Check(String file, BiConsumer<Path, NDManager> test) {}

    /**
     * The tests of the directories under a part of the golden files. A check whose file is missing
     * is left out, as is that of inputs and outputs without a model to run them through; a damaged
     * file fails its test.
     */
    public static Stream<DynamicNode> tests(String part, Check config, Check weights, Check io) {
        return GoldenFiles.children(part).stream()
                .filter(directory -> Files.isRegularFile(directory.resolve(config.file())))
                .map(
                        directory ->
                                GoldenFiles.container(
                                        directory,
                                        Stream.of(config, weights, io)
                                                .filter(check -> isThere(directory, check, weights))
                                                .map(check -> test(directory, check))));
    }

    private static boolean isThere(Path directory, Check check, Check weights) {
        if (!Files.isRegularFile(directory.resolve(check.file()))) {
            return check == weights
                    && Files.isRegularFile(directory.resolve(check.file() + ".index.json"));
        }
        return !check.file().equals("io.safetensors") || isThere(directory, weights, weights);
    }

    private static DynamicTest test(Path directory, Check check) {
        String name = GoldenFiles.root().relativize(directory.resolve(check.file())).toString();
        return DynamicTest.dynamicTest(
                name,
                () -> {
                    try (NDManager manager = NDManager.newBaseManager()) {
                        check.test().accept(directory, manager);
                    }
                });
    }

    /** Every tensor of a safetensors file. */
    public static Map<String, NDArray> tensors(Path file, NDManager manager) {
        try (SafetensorsFile safetensors = SafetensorsFile.open(file)) {
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            safetensors
                    .tensors()
                    .keySet()
                    .forEach(name -> tensors.put(name, safetensors.read(name, manager)));
            return tensors;
        }
    }
}
