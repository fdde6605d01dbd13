package io.laptopdiff.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusPageTest {

    @TempDir Path home;

    private String page(String json) {
        return StatusPage.of(
                Json.read(json.getBytes(StandardCharsets.UTF_8), RunStatus.class),
                new ArtifactStore(home));
    }

    @Test
    void shouldTellPlansAndFailures() {
        ArtifactStore store = new ArtifactStore(home);
        store.write(
                store.run("r").frontier(),
                """
                {"points": [{"ratio": 0.1, "predictedLoss": 0.01}, {"ratio": 0.5, "predictedLoss": 0.2}]}"""
                        .getBytes(StandardCharsets.UTF_8));
        String page =
                page(
                        """
                        {"runId": "r", "occurredAt": "2026-01-01T00:00:00Z", "state": "FAILED",
                         "variants": [
                           {"name": "half", "state": "FAILED",
                            "plan": {"removedUnits": ["mid_block.resnets.0"], "requestedRatio": 0.5,
                                     "achievedRatio": 0.505, "removedParameters": 505, "teacherParameters": 1000,
                                     "studentParameters": 495, "predictedLoss": 0.125,
                                     "criterion": "output-loss", "search": "one-shot"}},
                           {"name": "other", "state": "REQUESTED"}],
                         "failures": [{"runId": "r", "occurredAt": "2026-01-01T00:00:00Z", "variant": "half",
                                       "stage": "distillation", "what": "no <room>", "where": "there",
                                       "howToFix": "make & do"}]}""");
        assertThat(page)
                .startsWith("<!DOCTYPE html>")
                .contains("<th>half</th><td>failed</td>", "50.5 %", "<td>0.1250</td>")
                .contains("<th>other</th><td>requested</td><td></td>")
                .contains("distillation of half failed", "no &lt;room&gt;", "make &amp; do")
                .contains("<svg", "Frontier")
                .doesNotContain("<script", "http://localhost", "src=\"/");
    }
}
