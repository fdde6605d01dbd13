package io.laptopdiff.standalone.command;

import io.laptopdiff.benchmarks.FigureFiles;
import io.laptopdiff.benchmarks.Part;
import io.laptopdiff.benchmarks.measure.PeerSpeed;
import io.laptopdiff.benchmarks.report.PerformanceReport;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.fabrication.CheckpointFabricator;
import io.laptopdiff.diffusion.fabrication.CheckpointPlan;
import io.laptopdiff.diffusion.fabrication.ConfigFiles;
import io.laptopdiff.diffusion.fabrication.ShardSize;
import io.laptopdiff.standalone.start.SameProgram;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how fast this machine scores and distils. */
@Command(
        name = "bench",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.IS_DONE,
            ExitCodes.IS_UNABLE,
            ExitCodes.IS_WRONG,
            ExitCodes.IS_PARTLY_MEASURED
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures passes, scoring, distillation steps and whole runs of models at full size against what this machine can do"
                    + " and what was estimated of it, and writes a report. Takes about an hour, 14 GB of memory and 30 GB of disk;"
                    + " what runs beside it spoils it.",
            ""
        })
final class BenchCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description =
                    "A diffusers directory (default: random weights in SD-v1.5's shapes, SDXL's for sdxl-plans, made below --data).")
    private Path model;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "Where those are made and kept (default: ${DEFAULT-VALUE}).")
    private Path data;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "docs/benchmarks",
            description =
                    "Where performance.md goes, and performance/ with the figures (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description =
                    "Of operators, pass, sweep, half-width-step, full-step, peer, run, sdxl-plans; the others' figures stay.")
    private List<String> only;

    @Option(
            names = "--python",
            paramLabel = "FILE",
            description =
                    "A Python that has torch and diffusers, for the part peer (default: that part is left out).")
    private Path python;

    @Option(
            names = "--peer-preload",
            paramLabel = "FILE",
            description = "A library that the peer preloads, such as tcmalloc's (default: none).")
    private Path preload;

    @Option(
            names = "--report-only",
            description = "Measures nothing: writes the report of the figures that are there.")
    private boolean reportOnly;

    @Option(names = "--here", hidden = true, description = "Measures one part in this process.")
    private boolean here;

    @Override
    public Integer call() throws Exception {
        List<Part> parts = parts();
        FigureFiles files = new FigureFiles(out.resolve("performance"));
        if (here) {
            int exit = 0;
            for (Part part : parts) {
                exit = Math.max(exit, here(part, files));
            }
            return exit;
        }
        int exit = reportOnly ? 0 : measure(parts);
        Path page = out.resolve("performance.md");
        Files.createDirectories(out);
        PerformanceReport report = new PerformanceReport(files.all());
        Files.writeString(page, report.page());
        console().println("report: " + page);
        List<String> missed =
                reportOnly ? List.of() : new PerformanceReport(files.own()).missed(parts);
        missed.forEach(target -> console().println("missed: " + target));
        return missed.isEmpty() ? exit : ExitCodes.FAILED;
    }

    private int here(Part part, FigureFiles files) throws Exception {
        if (part.isRun()) {
            return new BenchedRun(part, model, data.resolve("bench"), console()).measure(files);
        }
        if (python != null) {
            System.setProperty(PeerSpeed.PYTHON, python.toString());
        }
        if (preload != null) {
            System.setProperty(PeerSpeed.PRELOAD, preload.toString());
        }
        files.keep(part, part.measure(model, Clock.systemDefaultZone()));
        return 0;
    }

    private List<Part> parts() {
        if (only == null) {
            return Arrays.stream(Part.values())
                    .filter(part -> python != null || !part.needsPeer())
                    .toList();
        }
        try {
            return only.stream().map(Part::of).toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--only: " + e.getMessage(), e);
        }
    }

    private int measure(List<Part> parts) throws IOException, InterruptedException {
        int exit = 0;
        for (Part part : parts) {
            Path checkpoint = model == null ? fabricated(part) : model;
            console().println("measuring " + part.title());
            console().flush();
            List<String> arguments = new ArrayList<>(List.of("bench", "--here"));
            arguments.addAll(List.of("--only", part.title()));
            arguments.addAll(List.of("--model", checkpoint.toString(), "--out", out.toString()));
            arguments.addAll(List.of("--data", data.toString()));
            if (python != null) {
                arguments.addAll(List.of("--python", python.toString()));
            }
            if (preload != null) {
                arguments.addAll(List.of("--peer-preload", preload.toString()));
            }
            if (part.isRun()) {
                new BenchedRun(part, checkpoint, data.resolve("bench"), console()).estimate();
            }
            if (SameProgram.run(arguments) != 0) {
                console().println("  could not be measured: see above");
                exit = ExitCodes.FAILED;
            }
        }
        return exit;
    }

    private Path fabricated(Part part) throws IOException {
        boolean xl = part == Part.SDXL_PLANS;
        String config = xl ? "sdxl" : "sd15";
        Path checkpoint = data.resolve("bench").resolve(config);
        if (!Files.exists(checkpoint)) {
            console().println("writing random weights to " + checkpoint);
            CheckpointPlan plan =
                    CheckpointPlan.of(
                            ConfigFiles.find(config),
                            xl ? TensorType.BF16 : TensorType.F32,
                            ShardSize.parse("2GB"));
            new CheckpointFabricator(plan, checkpoint).write(0, (file, bytes) -> {});
        }
        return checkpoint;
    }

    private PrintWriter console() {
        return spec.commandLine().getOut();
    }
}
