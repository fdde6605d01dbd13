package io.laptopdiff.diffusion.doctor;

import com.sun.jna.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The system that the program runs on.
 *
 * @param system name and version of the kernel, and the architecture
 * @param java version and name of the virtual machine
 * @param cLibrary such as {@code glibc 2.36}; empty where it does not tell
 * @param allocator of native memory: {@code C library}, or the library that replaces it
 * @param language the locale that the environment names; empty where it names none
 * @param fileEncoding of texts
 * @param nameEncoding of file names
 * @param settings variables of the environment and system properties that change how the engine
 *     computes or allocates; no others, for those may be secrets
 */
public record SystemFacts(
        String system,
        String java,
        String cLibrary,
        String allocator,
        String language,
        String fileEncoding,
        String nameEncoding,
        Map<String, String> settings) {

    static final String OF_C_LIBRARY = "C library";
    static final String MUSL = "musl";

    private static final List<String> VARIABLES =
            List.of(
                    "ONEDNN_",
                    "DNNL_",
                    "MKL_",
                    "OMP_",
                    "KMP_",
                    "GOMP_",
                    "ATEN_",
                    "OPENBLAS_",
                    "TORCH_",
                    "PYTORCH_",
                    "CUDA_VISIBLE_DEVICES",
                    "THP_",
                    "MALLOC_",
                    "GLIBC_TUNABLES",
                    "TCMALLOC_",
                    "LD_PRELOAD",
                    "DJL_CACHE_DIR",
                    "ENGINE_CACHE_DIR");
    private static final List<String> PROPERTIES =
            List.of("ai.djl.pytorch.", "laptopdiff.engine.", "laptopdiff.device");
    private static final List<String> ALLOCATORS =
            List.of("tcmalloc", "jemalloc", "mimalloc", "snmalloc", "hoard");

    public SystemFacts {
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    static SystemFacts below(Path root) {
        List<String> libraries = mapped(root.resolve("proc/self/maps"));
        return new SystemFacts(
                String.join(" ", property("os.name"), property("os.version"), property("os.arch")),
                "%s, %s %s"
                        .formatted(
                                property("java.runtime.version"),
                                property("java.vm.name"),
                                property("java.vendor")),
                cLibrary(libraries),
                libraries.stream()
                        .filter(library -> ALLOCATORS.stream().anyMatch(library::contains))
                        .findFirst()
                        .orElse(OF_C_LIBRARY),
                language(System.getenv()),
                property("file.encoding"),
                property("sun.jnu.encoding"),
                tellingSettings());
    }

    /**
     * Returns the locale, by the precedence that POSIX gives the variables; empty where none is
     * set.
     */
    static String language(Map<String, String> environment) {
        return Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(environment::get)
                .filter(value -> value != null && !value.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static Map<String, String> tellingSettings() {
        Map<String, String> settings = new TreeMap<>();
        System.getenv()
                .forEach(
                        (name, value) -> {
                            if (VARIABLES.stream().anyMatch(name::startsWith)) {
                                settings.put(name, Paths.withoutHome(value));
                            }
                        });
        System.getProperties()
                .forEach(
                        (name, value) -> {
                            if (PROPERTIES.stream().anyMatch(name.toString()::startsWith)) {
                                settings.put(name.toString(), Paths.withoutHome(value.toString()));
                            }
                        });
        return settings;
    }

    /** Lists the names of the libraries in this process. */
    private static List<String> mapped(Path maps) {
        try (Stream<String> lines = Files.lines(maps)) {
            return lines.filter(line -> line.contains(".so"))
                    .map(line -> line.substring(line.lastIndexOf('/') + 1))
                    .distinct()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String cLibrary(List<String> libraries) {
        if (libraries.stream().anyMatch(library -> library.contains(MUSL))) {
            return MUSL;
        }
        try {
            return "glibc "
                    + Function.getFunction("c", "gnu_get_libc_version")
                            .invokeString(new Object[0], false);
        } catch (UnsatisfiedLinkError e) {
            return "";
        }
    }

    private static String property(String name) {
        return System.getProperty(name, "");
    }
}
