package io.laptopdiff.diffusion.doctor;

import ai.djl.util.Utils;
import io.laptopdiff.diffusion.engine.CheckedOperators;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Looks at this machine and the engine on it, for people who run the program or report a bug. */
public final class Doctor {

    private static final Path ROOT = Path.of("/");

    private final String version;
    private final Clock clock;
    private final Map<String, Path> directories = new LinkedHashMap<>();
    private final List<PortFacts> ports = new ArrayList<>();
    private Supplier<EngineFacts> engine;
    private String withoutEngine = "not looked at";

    /**
     * @param version of the program
     */
    public Doctor(String version, Clock clock) {
        this.version = version;
        this.clock = clock;
    }

    /** Looks whether a directory can be written to, and how much room its disk has. */
    public Doctor directory(String use, Path directory) {
        directories.put(use, directory);
        return this;
    }

    /** Adds the facts of a port to the report. */
    public Doctor port(PortFacts port) {
        ports.add(port);
        return this;
    }

    /**
     * Looks at the engine, and at the directories it writes to; where the look throws, what was
     * thrown is a finding.
     */
    public Doctor engine(Supplier<EngineFacts> look) {
        this.engine = look;
        return directory("PyTorch's libraries", Utils.getEngineCacheDir("pytorch"))
                .directory("kept self-checks", CheckedOperators.directory());
    }

    /** Says why there is no engine to look at. */
    public Doctor withoutEngine(String why) {
        this.withoutEngine = why;
        return this;
    }

    /** Looks at everything. Without an engine this takes milliseconds, with one seconds. */
    public DoctorReport examine() {
        List<Finding> findings = new ArrayList<>();
        EngineFacts facts = null;
        if (engine != null) {
            try {
                facts = engine.get();
            } catch (RuntimeException | LinkageError e) {
                withoutEngine = "it cannot be used";
                findings.add(Diagnosis.ofEngine(e));
            }
        }
        DoctorReport report =
                new DoctorReport(
                        version,
                        clock.instant(),
                        ProcessorFacts.here(),
                        MemoryFacts.below(ROOT),
                        SystemFacts.below(ROOT),
                        directories.entrySet().stream()
                                .map(one -> DirectoryFacts.of(one.getKey(), one.getValue()))
                                .toList(),
                        ports,
                        facts,
                        facts == null ? withoutEngine : null,
                        List.of());
        findings.addAll(Diagnosis.of(report));
        return report.with(findings);
    }
}
