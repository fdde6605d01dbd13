package io.laptopdiff.gateway.kcat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The system's kcat, which is installed where it is missing and may be. */
final class Kcat {
    private static final String HOW_TO_INSTALL =
            "The tests of docs/kafka.md need kcat on the PATH, and it could not be installed: install"
                    + " it ('apt-get install kcat' on Debian), and run them again.";

    private Kcat() {}

    /** Sees that it is there. */
    static void require() throws IOException, InterruptedException {
        if (!isThere()) {
            install("apt-get", "update", "-qq");
            install("apt-get", "install", "-y", "-qq", "--no-install-recommends", "kcat");
        }
        if (!isThere()) {
            throw new IllegalStateException(HOW_TO_INSTALL);
        }
    }

    private static boolean isThere() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "kcat")));
    }

    private static void install(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
        try {
            Process process = builder.start();
            if (!process.waitFor(3, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(HOW_TO_INSTALL);
            }
        } catch (IOException e) {
            throw new IllegalStateException(HOW_TO_INSTALL, e);
        }
    }
}
