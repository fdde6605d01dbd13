package io.laptopdiff.gateway.kcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Commands at work in a shell. They print to a file, for whoever reads from a pipe waits as long as
 * they like; their errors go to the test's own output.
 */
final class Shell implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String commands;
    private final Path output;
    private final Process process;

    Shell(String commands, String broker) throws IOException {
        this.commands = commands;
        this.output = Files.createTempFile("shell", ".out");
        ProcessBuilder builder = new ProcessBuilder(List.of("bash", "-c", commands));
        builder.environment().put("BROKER", broker);
        process =
                builder.redirectError(ProcessBuilder.Redirect.INHERIT)
                        .redirectOutput(output.toFile())
                        .start();
    }

    /** What the commands print that are at their end soon. */
    static String output(String commands, String broker) throws IOException, InterruptedException {
        try (Shell shell = new Shell(commands, broker)) {
            shell.awaitEnd();
            return shell.printed();
        }
    }

    void awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("the end of: " + commands)
                .isTrue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it printed so far. */
    String printed() throws IOException {
        return Files.readString(output);
    }

    /** Waits for the first whole line that it prints. */
    String awaitLine() {
        return await("a line of: " + commands)
                .atMost(PATIENCE)
                .until(this::printed, text -> text.contains("\n"))
                .lines()
                .findFirst()
                .orElseThrow();
    }

    /** Its children go first, who would outlive it. */
    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        Files.delete(output);
    }
}
