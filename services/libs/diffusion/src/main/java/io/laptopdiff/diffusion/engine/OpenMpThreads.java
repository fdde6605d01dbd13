package io.laptopdiff.diffusion.engine;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The number of threads for operators that the calling thread asks for; other threads keep theirs.
 * It is the OpenMP library's own setting, since PyTorch's is one for the whole process.
 */
final class OpenMpThreads {

    private final NativeLibrary library;

    private OpenMpThreads(NativeLibrary library) {
        this.library = library;
    }

    /** Returns the setting of the library that PyTorch has loaded; empty where none is found. */
    static Optional<OpenMpThreads> loaded() {
        if (!Platform.isLinux()) {
            return Optional.empty();
        }
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> line.matches(".*/lib[gi]omp[^/]*\\.so.*"))
                    .map(line -> line.substring(line.indexOf('/')))
                    .findFirst()
                    .map(file -> new OpenMpThreads(NativeLibrary.getInstance(file)));
        } catch (IOException | UnsatisfiedLinkError e) {
            return Optional.empty();
        }
    }

    int get() {
        return library.getFunction("omp_get_max_threads").invokeInt(new Object[0]);
    }

    void set(int threads) {
        library.getFunction("omp_set_num_threads").invokeVoid(new Object[] {threads});
    }
}
