package io.laptopdiff.gateway.outlook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.fabrication.ConfigFiles;
import io.laptopdiff.gateway.runs.FieldProblem;
import io.laptopdiff.gateway.runs.GatewayConfig;
import io.laptopdiff.gateway.runs.RunForecast;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of plans for SD-v1.5, whose configs are all that is there of it; this module has no engine. */
class ConfigForecastTest {

    @TempDir static Path home;

    @BeforeAll
    static void writeConfigs() throws IOException {
        for (String file :
                new String[] {
                    "model_index.json",
                    "unet/config.json",
                    "vae/config.json",
                    "text_encoder/config.json",
                    "tokenizer/tokenizer_config.json",
                    "scheduler/scheduler_config.json"
                }) {
            Path config = home.resolve(file);
            Files.createDirectories(config.getParent());
            try (InputStream in = ConfigFiles.class.getResourceAsStream("sd15/" + file)) {
                Files.copy(in, config);
            }
        }
    }

    private static RunSpec spec(Path teacher) {
        return Json.read(
                """
                {"teacher": "%1$s", "calibration": {"dataset": "%1$s", "slices": 3}, "planOnly": true,
                 "variants": [{"name": "half", "ratio": 0.5}, {"handcrafted": "bk-base"}],
                 "distillation": {"dataset": "%1$s"}, "evaluation": {"scorer": "none", "dataset": "%1$s"}}"""
                        .formatted(teacher),
                RunSpec.class);
    }

    private static ConfigForecast gateway(Map<String, String> settings) {
        ConfigSource source = new io.smallrye.config.PropertiesConfigSource(settings, "test", 500);
        GatewayConfig config =
                new SmallRyeConfigBuilder()
                        .addDiscoveredConverters()
                        .withSources(source)
                        .withMapping(GatewayConfig.class)
                        .build()
                        .getConfigMapping(GatewayConfig.class);
        return new ConfigForecast(
                Artifacts.ofFiles(), new ArtifactStore(home.resolve("artifacts")), config);
    }

    @Test
    void shouldTellWhatConfigsTell() {
        RunForecast forecast = gateway(Map.of()).forecast(spec(home)).orElseThrow();
        assertThat(forecast.fits()).isTrue();
        assertThat(forecast.preview().teacher())
                .isEqualTo(new RunForecast.Teacher(38, 859_520_964));
        assertThat(forecast.preview().scoringSlices()).isEqualTo(3);
        assertThat(forecast.preview().variants())
                .extracting(RunForecast.Variant::parameterBudget)
                .containsExactly(429_760_482L, null);
        assertThat(forecast.preview().variants())
                .extracting(RunForecast.Variant::studentParameters)
                .containsExactly(null, 579_384_964L);
        RunForecast.Estimate estimate = forecast.estimate();
        assertThat(estimate.memoryBytes()).isBetween(4_000_000_000L, 8_000_000_000L);
        assertThat(estimate.seconds()).isNull();
        assertThat(estimate.machineMemoryBytes()).isNull();
        assertThat(estimate.machineDiskBytes()).isNull();
    }

    @Test
    void shouldRefuseWhatNoWorkerCouldHold() {
        ConfigForecast small = gateway(Map.of("laptopdiff.gateway.worker-memory", "4G"));
        RunForecast forecast = small.forecast(spec(home)).orElseThrow();
        assertThat(forecast.fits()).isFalse();
        assertThat(forecast.problem()).contains("scoring.precision to bf16");
        assertThat(forecast.estimate().machineMemoryBytes()).isEqualTo(4L << 30);
        assertThatThrownBy(() -> small.require(spec(home))).isInstanceOf(StageException.class);
        ConfigForecast large = gateway(Map.of("laptopdiff.gateway.worker-memory", "24G"));
        assertThatCode(() -> large.require(spec(home))).doesNotThrowAnyException();
    }

    /** A dry run says what the run itself would be refused for. */
    @Test
    void shouldReadWhatTheRunWillRead() {
        assertThat(gateway(Map.of()).problems(spec(home)))
                .extracting(FieldProblem::field)
                .containsExactly("teacher", "calibration.dataset");
        assertThat(gateway(Map.of()).problems(spec(home)).get(0).detail())
                .contains("diffusion_pytorch_model", home.resolve("unet").toString());
        assertThat(
                        gateway(Map.of("laptopdiff.gateway.check-locations", "false"))
                                .problems(spec(home)))
                .isEmpty();
    }

    @Test
    void shouldLeaveWhatItCannotReadToTheWorkers() {
        ConfigForecast small = gateway(Map.of("laptopdiff.gateway.worker-memory", "1G"));
        RunSpec elsewhere = spec(home.resolve("elsewhere"));
        assertThat(small.forecast(elsewhere)).isEmpty();
        assertThatCode(() -> small.require(elsewhere)).doesNotThrowAnyException();
        ConfigForecast blind =
                gateway(
                        Map.of(
                                "laptopdiff.gateway.check-locations",
                                "false",
                                "laptopdiff.gateway.worker-memory",
                                "1G"));
        assertThat(blind.forecast(spec(home))).isEmpty();
        assertThatCode(() -> blind.require(spec(home))).doesNotThrowAnyException();
    }
}
