package io.laptopdiff.standalone.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, with a Maven and a Java that only speak. */
class QuickstartScriptTest {

    private static final String COMPILING =
            """
            echo '[INFO] Building diffusion 0.1.0-SNAPSHOT                                 [5/18]'
            echo '[INFO] --- maven-compiler-plugin:3.14.0:compile (default-compile) @ diffusion ---'
            """;

    private static final String SCRIPT = "services/standalone/quickstart";

    @TempDir private Path home;

    private String output;

    @BeforeEach
    void copyScript() throws IOException {
        write(SCRIPT, Files.readString(Path.of("quickstart")));
        write("bin/java", "#!/bin/sh\necho \"java $*\"\n");
    }

    private void write(String file, String text) throws IOException {
        Path path = home.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private int run(String maven, String... options) throws Exception {
        write("bin/mvn", "#!/bin/sh\n" + maven);
        List<String> command = new ArrayList<>(List.of(home.resolve(SCRIPT).toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JAVA_HOME");
        builder.environment().put("PATH", home.resolve("bin") + ":" + System.getenv("PATH"));
        Process process = builder.start();
        output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor();
    }

    /** A compiler says nothing for longer than anybody should wait without a word. */
    @Test
    void shouldSayWhereTheBuildIsWhileMavenSaysNothing() throws Exception {
        assertThat(run(COMPILING + "sleep 12\n")).isZero();
        assertThat(output.lines())
                .as(output)
                .filteredOn(line -> line.matches(" +0:\\d\\d +module 5 of 18, diffusion: compile"))
                .hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void shouldSayWhatIsFetchedAndHowMuchWas() throws Exception {
        String fetching =
                """
                echo '[INFO] Downloading from central: https://host/maven2/a/small.pom'
                echo '[INFO] Downloaded from central: https://host/maven2/a/small.pom (500 kB at 2.0 MB/s)'
                echo '[INFO] Downloading from central: https://host/maven2/b/large.jar'
                echo '[INFO] Downloaded from central: https://host/maven2/b/large.jar (98 MB at 9.0 MB/s)'
                echo '[INFO] Downloading from central: https://host/maven2/c/another.jar'
                """;
        assertThat(run(COMPILING + fetching)).isZero();
        assertThat(output)
                .contains("diffusion: compile, fetching another.jar (2 files, 98 MB fetched)");
    }

    @Test
    void shouldStartTheQuickstartWithItsOptions() throws Exception {
        assertThat(run(COMPILING, "--steps", "3")).isZero();
        assertThat(output.lines().toList())
                .last()
                .asString()
                .matches("java .*quarkus-run.jar quickstart --steps 3");
    }

    @Test
    void shouldSayWhyTheBuildFailedAndStartNothing() throws Exception {
        assertThat(run(COMPILING + "echo '[ERROR] release version 17 not supported'\nexit 1\n"))
                .isEqualTo(1);
        assertThat(output)
                .contains("[ERROR] release version 17 not supported")
                .contains("target/quickstart-build.log")
                .doesNotContain("quarkus-run.jar");
        assertThat(home.resolve("target/quickstart-build.log")).isNotEmptyFile();
    }

    @Test
    void shouldShowTheEndOfALogThatNamesNoError() throws Exception {
        assertThat(run("echo 'JAVA_HOME is no directory'\nexit 1\n")).isEqualTo(1);
        assertThat(output).contains("JAVA_HOME is no directory", "the build failed");
    }
}
