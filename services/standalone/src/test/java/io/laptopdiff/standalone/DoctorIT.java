package io.laptopdiff.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.laptopdiff.contracts.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As a process, whose environment a test can choose. */
class DoctorIT {

    @TempDir Path directory;

    private JsonNode doctor(Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(List.of(options));
        command.addAll(
                List.of(
                        "-jar",
                        ServiceProcesses.jar("standalone").toString(),
                        "doctor",
                        "--output",
                        "json",
                        "--port",
                        "0"));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        builder.redirectError(directory.resolve("errors").toFile());
        Process process = builder.start();
        JsonNode report = Json.parse(process.getInputStream().readAllBytes());
        int code = process.waitFor();
        assertThat(code).isEqualTo(report.path("findings").isEmpty() ? 0 : 3);
        return report;
    }

    private static List<String> findings(JsonNode report) {
        List<String> findings = new ArrayList<>();
        report.path("findings")
                .forEach(
                        one ->
                                findings.add(
                                        one.path("what").asText()
                                                + " - "
                                                + one.path("howToFix").asText()));
        return findings;
    }

    @Test
    void shouldFindALocaleThatLosesLetters() throws Exception {
        assertThat(findings(doctor(Map.of("LC_ALL", "C"))))
                .anyMatch(finding -> finding.endsWith("Set LC_ALL=C.UTF-8 in the environment."));
        assertThat(findings(doctor(Map.of("LC_ALL", "C.UTF-8"))))
                .noneMatch(finding -> finding.contains("LC_ALL"));
    }

    @Test
    void shouldFindAFormThatIsWrongAndSayWhatIsTakenInstead() throws Exception {
        JsonNode report = doctor(Map.of(), "-Dlaptopdiff.engine.fault=LINEAR");
        assertThat(findings(report))
                .anyMatch(
                        finding ->
                                finding.startsWith("PyTorch computes linear layer, fp32 wrongly")
                                        && finding.contains("is taken instead"));
        assertThat(report.at("/system/settings/laptopdiff.engine.fault").asText())
                .isEqualTo("LINEAR");
    }

    @Test
    void shouldFindThatNoFormIsRight() throws Exception {
        JsonNode report = doctor(Map.of(), "-Dlaptopdiff.engine.fault=LINEAR:all");
        assertThat(findings(report).get(0))
                .contains("computes wrong numbers on this machine", "linear layer in fp32");
    }

    /** A report is pasted where everybody reads it. */
    @Test
    void shouldTellNoSecretsOfTheEnvironment() throws Exception {
        JsonNode report =
                doctor(
                        Map.of("AWS_SECRET_ACCESS_KEY", "open-sesame", "OMP_NUM_THREADS", "1"),
                        "-Dlaptopdiff.store.password=open-sesame");
        assertThat(report.toString()).doesNotContain("open-sesame");
        assertThat(report.at("/system/settings/OMP_NUM_THREADS").asText()).isEqualTo("1");
    }
}
