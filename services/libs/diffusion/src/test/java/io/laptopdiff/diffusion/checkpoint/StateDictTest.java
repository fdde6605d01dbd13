package io.laptopdiff.diffusion.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.RandomAccessFile;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateDictTest {

    private static final int LOOK_MILLIS = 100;
    private static final Map<String, Shape> EXPECTED = new LinkedHashMap<>();

    static {
        EXPECTED.put("a.weight", new Shape(2, 3));
        EXPECTED.put("a.bias", new Shape(3));
    }

    private final NDManager manager = NDManager.newBaseManager();

    @TempDir Path directory;

    @AfterEach
    void close() {
        manager.close();
    }

    @BeforeEach
    void write() throws Exception {
        try (StateDict weights = StateDict.random(EXPECTED, 1, manager)) {
            weights.write(directory, "model", TensorType.F32);
        }
    }

    private StateDict read() {
        return StateDict.read(directory, "model", EXPECTED, manager);
    }

    /** The memory of an array that DJL makes of Java's numbers goes with the array. */
    @Test
    void shouldKeepItsNumbersWhereGradientsAreForgotten() throws Exception {
        Shape shape = new Shape(512, 512);
        try (StateDict random = StateDict.random(Map.of("w", shape), 1, manager);
                StateDict given =
                        StateDict.of(
                                Map.of("w", manager.create(new float[512 * 512], shape)),
                                manager)) {
            for (StateDict weights : List.of(random, given)) {
                float[] expected = weights.get("w").toFloatArray();
                weights.requireGradients();

                weights.forgetGradients();

                overwriteFreedBuffers(expected.length * Float.BYTES);
                assertThat(Arrays.equals(weights.get("w").toFloatArray(), expected)).isTrue();
            }
        }
    }

    /** Waits until a buffer that nothing refers to was collected, and then writes over memory. */
    private static void overwriteFreedBuffers(int bytes) throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            ReferenceQueue<ByteBuffer> collected = new ReferenceQueue<>();
            Reference<ByteBuffer> freed =
                    new PhantomReference<>(ByteBuffer.allocateDirect(1), collected);
            do {
                System.gc();
            } while (collected.remove(LOOK_MILLIS) != freed);
            ByteBuffer other = ByteBuffer.allocateDirect(bytes);
            while (other.hasRemaining()) {
                other.put((byte) -1);
            }
        }
    }

    @Test
    void shouldReadBackBitForBit() {
        try (StateDict expected = StateDict.random(EXPECTED, 1, manager);
                StateDict actual = read()) {
            assertThat(actual.names()).containsExactlyElementsOf(EXPECTED.keySet());
            EXPECTED.keySet()
                    .forEach(
                            name ->
                                    assertThat(actual.get(name).toFloatArray())
                                            .isEqualTo(expected.get(name).toFloatArray()));
        }
    }

    /**
     * 1 + 2^-8 lies halfway between two bfloat16 numbers and goes to the even one; halves keep 11
     * bits.
     */
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void shouldRoundToNearestEvenInHalfPrecision(TensorType type) throws Exception {
        float[] values = {1 + 1 / 256f, 1 + 3 / 256f, -0.1f, 65504f, 6.1035156e-5f, 0f};
        float[] expected =
                type == TensorType.F16
                        ? new float[] {
                            1 + 1 / 256f, 1 + 3 / 256f, -0.099975586f, 65504f, 6.1035156e-5f, 0f
                        }
                        : new float[] {1f, 1 + 4 / 256f, -0.100097656f, 65536f, 6.1035156e-5f, 0f};
        NDArray array = manager.create(values, new Shape(2, 3));
        SafetensorsWriter.write(
                directory.resolve("half.safetensors"), Map.of("x", array), type, Map.of());
        try (StateDict read = StateDict.readFile(directory.resolve("half.safetensors"), manager)) {
            assertThat(read.get("x").toFloatArray())
                    .usingComparatorWithPrecision(1e-9f)
                    .containsExactly(expected);
        }
    }

    @Test
    void shouldReadShards() throws Exception {
        try (StateDict whole = read()) {
            for (String name : EXPECTED.keySet()) {
                SafetensorsWriter.write(
                        directory.resolve(name + ".safetensors"),
                        Map.of(name, whole.get(name)),
                        TensorType.F32,
                        Map.of());
            }
        }
        Files.delete(directory.resolve("model.safetensors"));
        ObjectNode index = new ObjectMapper().createObjectNode();
        EXPECTED.keySet()
                .forEach(name -> index.withObject("/weight_map").put(name, name + ".safetensors"));
        JsonFiles.write(directory.resolve("model.safetensors.index.json"), index);
        try (StateDict read = read()) {
            assertThat(read.parameters()).isEqualTo(9);
        }
        Files.delete(directory.resolve("a.bias.safetensors"));
        assertThatThrownBy(this::read)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("a.bias.safetensors");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 9, 40, 150})
    void shouldRefuseATruncatedFile(int bytes) throws Exception {
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("model.safetensors").toFile(), "rw")) {
            file.setLength(bytes);
        }
        assertThatThrownBy(this::read)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("model.safetensors")
                .hasMessageContaining("again");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4294967296],\"data_offsets\":[0,0]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4000,4004]}}",
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[9223372036854775800,9223372036854775804]}}",
                "{\"x\":{\"dtype\":\"Q4\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                "{\"x\":{\"dtype\":\"F32\"}}"
            })
    void shouldRefuseAHeaderThatLies(String header) throws Exception {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        Path file = directory.resolve("lies.safetensors");
        Files.write(file, bytes.array());
        assertThatThrownBy(() -> StateDict.readFile(file, manager))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("lies.safetensors");
    }

    /** A sparse file: it takes no room. */
    @Test
    void shouldRefuseATensorOfMoreThanTwoGibibytesByName() throws Exception {
        long bytes = 4L << 29;
        String header =
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
                        .formatted(bytes / 4, bytes);
        ByteBuffer head = ByteBuffer.allocate(8 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(header.length()).put(header.getBytes(StandardCharsets.UTF_8));
        Path large = directory.resolve("large.safetensors");
        Files.write(large, head.array());
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(head.capacity() + bytes);
        }
        assertThatThrownBy(() -> StateDict.readFile(large, manager))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("large.safetensors: x")
                .hasMessageContaining("2 GiB");
    }

    @Test
    void shouldNameATensorThatIsMissingUnexpectedOrOfTheWrongShape() {
        assertRefused(
                Map.of("a.weight", new Shape(2, 3), "a.bias", new Shape(3), "b", new Shape(1)),
                "b",
                "missing");
        assertRefused(Map.of("a.weight", new Shape(2, 3)), "a.bias", "no such tensor");
        assertRefused(
                Map.of("a.weight", new Shape(3, 2), "a.bias", new Shape(3)), "a.weight", "(2, 3)");
    }

    private void assertRefused(Map<String, Shape> expected, String tensor, String reason) {
        assertThatThrownBy(() -> StateDict.read(directory, "model", expected, manager))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(": " + tensor + ")")
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void shouldRefuseWeightsThatAreNotFinite(float bad) throws Exception {
        NDArray array = manager.create(new float[] {1, bad, 3});
        Path file = directory.resolve("nan.safetensors");
        SafetensorsWriter.write(file, Map.of("w", array), TensorType.F32, Map.of());
        assertThatThrownBy(() -> StateDict.readFile(file, manager))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("NaN or infinity")
                .hasMessageContaining(": w)");
    }

    @Test
    void shouldRefusePicklesWithReasonAndWayOut() throws Exception {
        Files.move(directory.resolve("model.safetensors"), directory.resolve("pytorch_model.bin"));
        assertThatThrownBy(this::read)
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("pytorch_model.bin")
                .hasMessageContaining("run its code")
                .hasMessageContaining("safe_serialization=True");
    }

    @Test
    void shouldRefuseADirectoryThatIsAFileOrMissing() {
        Path file = directory.resolve("model.safetensors");
        assertThatThrownBy(() -> StateDict.read(file, "model", EXPECTED, manager))
                .hasMessageContaining("is a file");
        Path none = directory.resolve("none");
        assertThatThrownBy(() -> StateDict.read(none, "model", EXPECTED, manager))
                .hasMessageContaining("No such model directory");
        assertThatThrownBy(() -> ModelConfig.read(file, "config.json"))
                .hasMessageContaining("is a file");
    }

    @Test
    void shouldLeaveTheFormerFileWhenWritingFails() throws Exception {
        byte[] before = Files.readAllBytes(directory.resolve("model.safetensors"));
        NDArray closed = manager.create(new float[] {1});
        closed.close();
        assertThatThrownBy(
                        () ->
                                SafetensorsWriter.write(
                                        directory.resolve("model.safetensors"),
                                        Map.of("x", closed),
                                        TensorType.F32,
                                        Map.of()))
                .isInstanceOf(RuntimeException.class);
        assertThat(Files.readAllBytes(directory.resolve("model.safetensors"))).isEqualTo(before);
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }
}
