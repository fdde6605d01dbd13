package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command is ended while it trains, and typed again. */
class UnfinishedRunIT {
    private static final Pattern STEPS_DONE = Pattern.compile("\\b[1-9]\\d*/5000\\b");
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int SECONDS_TO_END = 20;
    private static final String GOES_ON = "job started stage=distillation";
    private static final Duration STEPS_OF_SOME_SECONDS = Duration.ofSeconds(5);
    private static final Pattern RUN = Pattern.compile("^  run: (\\S+)$", Pattern.MULTILINE);

    @TempDir Path directory;

    private Process process;

    @AfterEach
    void stop() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldEndInTimeAndSayWhatBecomesOfTheRunThatItLeft() throws Exception {
        Path first = quickstart("first.log", "--steps=5000");
        String runId = await().atMost(PATIENCE).until(() -> run(first), run -> !run.isEmpty());
        await().atMost(PATIENCE).until(() -> isTraining(first));
        end();

        Path served = start("served.log", "serve", "--port=0");
        await().atMost(PATIENCE).until(() -> Files.readString(served).contains(GOES_ON));
        await().pollDelay(STEPS_OF_SOME_SECONDS).until(() -> true);
        end();

        Path second = quickstart("second.log", "--steps=5000");
        assertThat(await().atMost(PATIENCE).until(() -> run(second), run -> !run.isEmpty()))
                .isEqualTo(runId);
        assertThat(Files.readString(second))
                .contains("run " + runId + " of this request was left unfinished")
                .contains("goes on");
        end();

        Path third = quickstart("third.log", "--steps=5000", "--cancel-unfinished");
        assertThat(await().atMost(PATIENCE).until(() -> run(third), run -> !run.isEmpty()))
                .isNotEqualTo(runId);
        assertThat(Files.readString(third)).contains("run " + runId, "is cancelled");
        end();
    }

    private Path quickstart(String log, String... options) throws IOException {
        return start(log, "quickstart", options);
    }

    private Path start(String log, String name, String... options) throws IOException {
        Path jar = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath().normalize();
        assertThat(jar).as("built by 'mvn verify' of the whole project").exists();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(List.of("-Xmx600m", "-jar", jar.toString(), name));
        command.add("--data=" + directory.resolve("data"));
        command.addAll(List.of(options));
        Path output = directory.resolve(log);
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        return output;
    }

    private static String run(Path log) throws IOException {
        Matcher run = RUN.matcher(Files.readString(log));
        return run.find() ? run.group(1) : "";
    }

    private static boolean isTraining(Path log) throws IOException {
        return STEPS_DONE.matcher(Files.readString(log)).find();
    }

    private void end() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)).isTrue();
    }
}
