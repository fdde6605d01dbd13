package io.laptopdiff.standalone.command;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.benchmarks.FigureFiles;
import io.laptopdiff.benchmarks.Part;
import io.laptopdiff.benchmarks.run.ResidentMemory;
import io.laptopdiff.benchmarks.run.RunMaterial;
import io.laptopdiff.benchmarks.run.WholeRun;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.device.NativeHeap;
import io.laptopdiff.shapes.ShapesModel;
import io.laptopdiff.standalone.experiments.GatewayRuns;
import io.laptopdiff.standalone.follow.GatewayClient;
import io.laptopdiff.standalone.follow.RunFollower;
import io.laptopdiff.standalone.start.AllServices;
import io.laptopdiff.standalone.start.AllServicesSettings;
import io.laptopdiff.standalone.start.Workers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * A part of the benchmark that is a run: estimated in one process, and then done in another, whose
 * memory shall not know of the first.
 *
 * @param checkpoint a diffusers directory
 * @param data material, the services' data and the estimate
 * @param console shows the run's progress
 */
record BenchedRun(Part part, Path checkpoint, Path data, PrintWriter console) {

    private RunSpec spec() throws IOException {
        RunMaterial material = RunMaterial.below(data, checkpoint);
        return part == Part.SDXL_PLANS
                ? material.plans()
                : material.whole(ShapesModel.extractTo(data.resolve("models")).scorer());
    }

    private Path estimateFile() {
        return data.resolve(part.title() + "-estimate.json");
    }

    /** Estimates before the run, with nothing of it in memory. */
    void estimate() throws IOException {
        Files.createDirectories(data);
        Map<String, Double> estimate = WholeRun.estimated(spec(), Workers.settings(), data);
        NativeHeap.trim();
        Files.writeString(estimateFile(), Json.write(estimate));
    }

    /**
     * Does the run in this process, and keeps its figures beside the estimate's.
     *
     * @return the exit code
     */
    int measure(FigureFiles files) throws IOException {
        RunSpec spec = spec();
        Map<String, Double> figures = new HashMap<>();
        Json.parse(Files.readAllBytes(estimateFile()))
                .properties()
                .forEach(figure -> figures.put(figure.getKey(), figure.getValue().asDouble()));
        Path directory = Files.createTempDirectory(data, "services-");
        int exit =
                AllServices.open(
                        new AllServicesSettings(directory, 0, 0, false),
                        (gateway, kafka) -> {
                            try (ResidentMemory memory = ResidentMemory.watched()) {
                                GatewayClient client = new GatewayClient(gateway);
                                figures.putAll(
                                        WholeRun.measured(
                                                new GatewayRuns(
                                                        gateway,
                                                        client,
                                                        new RunFollower(client, console, false)),
                                                spec,
                                                memory,
                                                directory.resolve("artifacts")));
                            }
                            files.keep(part, part.figures(figures, Clock.systemDefaultZone()));
                            return 0;
                        });
        if (exit == 0) { // otherwise it shows what went wrong
            new ArtifactStore(data).delete(directory);
        }
        return exit;
    }
}
