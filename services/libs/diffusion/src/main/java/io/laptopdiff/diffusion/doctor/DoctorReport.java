package io.laptopdiff.diffusion.doctor;

import java.time.Instant;
import java.util.List;

/**
 * The facts that a bug report says first.
 *
 * @param version of the program
 * @param at when it was looked at
 * @param processor what computes
 * @param memory what there is of it
 * @param system kernel, Java, C library, locale
 * @param directories that are written to
 * @param ports that something will listen at; none where the asked process listens already
 * @param engine PyTorch and its self-check; null where this process has none
 * @param withoutEngine why there is none; null where there is
 * @param findings what is not as it should be; empty where all is well
 */
public record DoctorReport(
        String version,
        Instant at,
        ProcessorFacts processor,
        MemoryFacts memory,
        SystemFacts system,
        List<DirectoryFacts> directories,
        List<PortFacts> ports,
        EngineFacts engine,
        String withoutEngine,
        List<Finding> findings) {

    public DoctorReport {
        directories = List.copyOf(directories);
        ports = List.copyOf(ports);
        findings = List.copyOf(findings);
    }

    /** Returns whether there is no finding. */
    public boolean healthy() {
        return findings.isEmpty();
    }

    /**
     * Returns the line that a machine's figures are shown with: processor, memory and libraries.
     */
    public String line() {
        return DoctorText.line(this);
    }

    /** Returns the report as a page for people; the line comes first. */
    public String text() {
        return DoctorText.of(this);
    }

    DoctorReport with(List<Finding> found) {
        return new DoctorReport(
                version,
                at,
                processor,
                memory,
                system,
                directories,
                ports,
                engine,
                withoutEngine,
                found);
    }
}
