package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same request, seed, build and machine give the same student bit for bit, whatever else the
 * machine does. In a process of its own, for tests compute with one thread and users with all.
 */
class DeterminismTest {

    private static final int MINUTES = 10;

    @TempDir private Path home;

    @Test
    @Timeout(value = MINUTES, unit = TimeUnit.MINUTES) // busy threads take most of the processor
    void shouldTrainTheSameStudentBesideBusyThreadsAndCollections() throws Exception {
        Path said = home.resolve("said.txt");
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-Dai.djl.offline=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SameTrainings.class.getName(),
                                home.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile());
        // Threads that spin while they wait for one that the busy ones keep away take minutes.
        builder.environment().put("OMP_WAIT_POLICY", "passive");
        Process process = builder.start();
        assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
        String output = Files.readString(said);
        assertThat(process.exitValue()).as(output).isZero();
        List<List<String>> runs =
                List.of(numbers("first"), numbers("second"), numbers("beside busy threads"));
        assertThat(runs.get(0)).hasSizeGreaterThan(SameTrainings.STEPS); // losses, and the weights
        assertThat(runs.get(1)).isEqualTo(runs.get(0));
        assertThat(runs.get(2)).isEqualTo(runs.get(0));
    }

    private List<String> numbers(String run) throws IOException {
        return Files.readAllLines(home.resolve(run + ".txt"));
    }
}
