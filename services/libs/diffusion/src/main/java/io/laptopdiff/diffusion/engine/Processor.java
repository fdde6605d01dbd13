package io.laptopdiff.diffusion.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The processor as the system tells of it; what it does not tell is an empty text.
 *
 * @param vendor e.g. {@code AuthenticAMD}
 * @param model its name in words
 * @param family its number
 * @param number of the model within the family
 * @param stepping its number
 * @param flags instruction sets and features
 * @param caches by name, such as {@code L2 Unified}, in the system's words, such as {@code 512K};
 *     none where the processor reports none, as some virtual machines' do
 */
public record Processor(
        String vendor,
        String model,
        String family,
        String number,
        String stepping,
        Set<String> flags,
        Map<String, String> caches) {

    /** The instruction sets that decide how fast PyTorch multiplies. */
    private static final List<String> TELLING =
            List.of(
                    "sse4_1",
                    "avx",
                    "avx2",
                    "fma",
                    "avx512f",
                    "avx512bw",
                    "avx512_vnni",
                    "avx512_bf16",
                    "amx_bf16");

    public Processor {
        flags = Set.copyOf(flags);
        caches = new LinkedHashMap<>(caches);
    }

    /** Returns the processor of this machine. */
    public static Processor here() {
        return read(Path.of("/"));
    }

    /** Reads the system's files under another root, for tests. */
    static Processor read(Path root) {
        Map<String, String> facts = facts(root.resolve("proc/cpuinfo"));
        return new Processor(
                facts.getOrDefault("vendor_id", ""),
                facts.getOrDefault("model name", System.getProperty("os.arch")),
                facts.getOrDefault("cpu family", ""),
                facts.getOrDefault("model", ""),
                facts.getOrDefault("stepping", ""),
                new LinkedHashSet<>(Arrays.asList(facts.getOrDefault("flags", "").split(" "))),
                caches(root.resolve("sys/devices/system/cpu/cpu0/cache")));
    }

    /**
     * Returns whether it multiplies bfloat16 numbers itself; others take longer for them than for
     * FLOAT32.
     */
    public boolean multipliesBfloat16() {
        return flags.contains("avx512_bf16") || flags.contains("amx_bf16");
    }

    /** Returns those of its instruction sets that decide how fast PyTorch multiplies. */
    public List<String> instructionSets() {
        return TELLING.stream().filter(flags::contains).toList();
    }

    /** Reads the facts of the first processor that is described. */
    private static Map<String, String> facts(Path cpuinfo) {
        Map<String, String> facts = new LinkedHashMap<>();
        try (Stream<String> lines = Files.lines(cpuinfo)) {
            for (String line : (Iterable<String>) lines::iterator) {
                int colon = line.indexOf(':');
                if (colon < 0) {
                    break;
                }
                facts.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
            }
        } catch (IOException e) {
            return Map.of(); // no Linux
        }
        return facts;
    }

    private static Map<String, String> caches(Path directory) {
        Map<String, String> caches = new LinkedHashMap<>();
        List<Path> indices = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory)) {
            entries.filter(entry -> entry.getFileName().toString().startsWith("index"))
                    .sorted()
                    .forEach(indices::add);
            for (Path index : indices) {
                caches.put(
                        "L" + text(index, "level") + " " + text(index, "type"),
                        text(index, "size"));
            }
        } catch (IOException e) {
            return Map.of();
        }
        return caches;
    }

    private static String text(Path index, String file) throws IOException {
        return Files.readString(index.resolve(file)).strip();
    }
}
