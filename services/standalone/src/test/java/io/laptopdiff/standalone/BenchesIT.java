package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.diffusion.testing.TinyTeacher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Benchmarks that start all services, as packaged and very small: what they do, not how fast. */
@Timeout(300)
class BenchesIT {
    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath();

    @TempDir Path home;

    private int run(String... arguments) throws IOException, InterruptedException {
        assertThat(JAR).as("built by 'mvn verify' of the whole project").exists();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(List.of("-Xmx600m", "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("out.txt").toFile())
                .start()
                .waitFor();
    }

    private String text(String file) throws IOException {
        return Files.readString(home.resolve(file));
    }

    @Test
    void shouldHoldARunAgainstItsEstimate() throws Exception {
        TinyTeacher.write(home.resolve("model"), 1);
        int exit =
                run(
                        "bench",
                        "--only=run",
                        "--model=" + home.resolve("model"),
                        "--data=" + home.resolve("data"),
                        "--out=" + home);
        assertThat(exit).as(text("out.txt")).isIn(0, 3); // how true is for a large model to say
        assertThat(text("out.txt").contains("missed: run: ")).isEqualTo(exit == 3);
        assertThat(home.resolve("data/bench")).isDirectoryNotContaining("glob:**/services-*");
        assertThat(text("performance.md"))
                .contains("| scoring, plans, preparation, time |")
                .contains("| distillation, resident memory |")
                .contains("| the whole run, time |")
                .contains("| disk |");
    }

    @Test
    void shouldSeeEveryEventReachEveryStream() throws Exception {
        int exit =
                run(
                        "bench-streams",
                        "--streams=6",
                        "--runs=2",
                        "--rate=5",
                        "--warm-up=1",
                        "--seconds=2",
                        "--out=" + home);
        assertThat(exit).as(text("out.txt")).isIn(0, 3); // how fast is not for a test to say
        assertThat(text("streams.md"))
                .contains("| events received | 90 of 90 | all | reached |")
                .contains("| lost, repeated or out of order | 0 | 0 | reached |");
    }
}
