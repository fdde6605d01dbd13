package io.laptopdiff.diffusion.doctor;

import io.laptopdiff.common.Explained;
import io.laptopdiff.diffusion.device.MemoryLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tells which of the facts are findings, and what to do about them. */
final class Diagnosis {

    /** The bytes of memory that the README says the bundled model's run takes. */
    private static final long LEAST_MEMORY = 4_000_000_000L;

    /**
     * The bytes of disk that PyTorch's libraries, unpacked, and the quickstart's data and results
     * take.
     */
    private static final long LEAST_DISK = 2_000_000_000L;

    private final List<Finding> findings = new ArrayList<>();

    private Diagnosis() {}

    static List<Finding> of(DoctorReport report) {
        Diagnosis diagnosis = new Diagnosis();
        if (report.engine() != null) {
            diagnosis.engine(report.engine(), report.processor());
        }
        diagnosis.processor(report.processor());
        diagnosis.memory(report.memory());
        diagnosis.system(report.system());
        report.directories().forEach(diagnosis::directory);
        report.ports().forEach(diagnosis::port);
        return diagnosis.findings;
    }

    /** Makes a finding of what loading the engine, or naming its devices, threw. */
    static Finding ofEngine(Throwable thrown) {
        if (thrown instanceof Explained problem) {
            return Finding.of(problem);
        }
        return new Finding(
                "PyTorch cannot be loaded: "
                        + Paths.withoutHome(
                                thrown.getMessage() == null
                                        ? thrown.toString()
                                        : thrown.getMessage()),
                "engine",
                "This build has its libraries for Linux x86-64 with glibc; they are unpacked to DJL_CACHE_DIR (else ~/.djl.ai),"
                        + " which must be writable and must allow execution.");
    }

    private void engine(EngineFacts engine, ProcessorFacts processor) {
        if (engine.problem() != null) {
            findings.add(engine.problem());
        }
        for (OperatorFacts form : engine.operators()) {
            if (!form.right()) {
                chosen(engine, form).ifPresent(chosen -> replaced(form, chosen));
            }
        }
        if (engine.threads() > processor.processors()) {
            add(
                    "PyTorch computes with %d threads on %d processors, which wait for each other"
                            .formatted(engine.threads(), processor.processors()),
                    "OMP_NUM_THREADS, ai.djl.pytorch.num_threads",
                    "Set them to at most %d, or to nothing.".formatted(processor.processors()));
        }
    }

    private static Optional<OperatorFacts> chosen(EngineFacts engine, OperatorFacts form) {
        return engine.operators().stream()
                .filter(other -> other.chosen() && other.title().equals(form.title()))
                .findFirst();
    }

    private void replaced(OperatorFacts wrong, OperatorFacts chosen) {
        add(
                "PyTorch computes %s wrongly in its form '%s': error %s, allowed %.0e"
                        .formatted(
                                wrong.title(), wrong.form(), wrong.errorText(), wrong.tolerance()),
                wrong.where(),
                "Nothing need be done: '%s' computes it rightly and is taken instead."
                        .formatted(chosen.form()));
    }

    private void processor(ProcessorFacts processor) {
        if (processor.caches().isEmpty()) {
            add(
                    "The processor reports no caches, by which PyTorch's libraries size their blocks",
                    "/sys/devices/system/cpu/cpu0/cache",
                    "What is computed is checked all the same. To be faster on a virtual machine, let the host show its caches"
                            + " (QEMU: -cpu host,host-cache-info=on; libvirt: <cache mode='passthrough'/>).");
        }
        if (!processor.instructionSets().contains("avx2")) {
            add(
                    "The processor has no AVX2, or the system hides it",
                    "/proc/cpuinfo",
                    "Everything works, several times slower. On a virtual machine, let the guest have the host's processor"
                            + " (QEMU: -cpu host).");
        }
    }

    private void memory(MemoryFacts memory) {
        if (memory.totalBytes() < LEAST_MEMORY) {
            add(
                    "There are %s of memory, and the bundled model's run takes about %s"
                            .formatted(
                                    MemoryLimit.text(memory.totalBytes()),
                                    MemoryLimit.text(LEAST_MEMORY)),
                    memory.containerLimitBytes() == null ? "memory" : "limit of the container",
                    "Give the machine or container more; `estimate` says what a run of yours takes.");
        } else if (memory.availableBytes() < LEAST_MEMORY) {
            add(
                    "Of %s of memory, other processes leave %s"
                            .formatted(
                                    MemoryLimit.text(memory.totalBytes()),
                                    MemoryLimit.text(memory.availableBytes())),
                    "memory",
                    "End what needs not run; `estimate` says what a run of yours takes.");
        }
        if (memory.hugePages().equals("never")) {
            add(
                    "Huge pages are off, and large tensors take longer to come and go",
                    "/" + MemoryFacts.HUGE_PAGES,
                    "As root: echo madvise > /" + MemoryFacts.HUGE_PAGES);
        }
    }

    private void system(SystemFacts system) {
        if (system.cLibrary().equals(SystemFacts.MUSL)) {
            add(
                    "The C library is musl, and PyTorch's libraries need glibc",
                    "C library",
                    "Take a system or image with glibc, such as Debian's.");
        }
        if (!isUtf8(system.nameEncoding()) || !isUtf8(system.fileEncoding())) {
            add(
                    "Texts are %s and file names %s, so that other letters than English ones are lost"
                            .formatted(system.fileEncoding(), system.nameEncoding()),
                    "LC_ALL, LC_CTYPE, LANG = " + system.language(),
                    "Set LC_ALL=C.UTF-8 in the environment.");
        }
    }

    private static boolean isUtf8(String encoding) {
        return encoding.toUpperCase(Locale.ROOT).replace("-", "").equals("UTF8");
    }

    private void directory(DirectoryFacts directory) {
        String where = directory.use() + ", " + directory.path();
        if (!directory.writable()) {
            add(
                    "The directory cannot be written to",
                    where,
                    "Give this user the right to write there, or name another directory.");
        } else if (directory.freeBytes() < LEAST_DISK) {
            add(
                    "The disk has %s left".formatted(MemoryLimit.text(directory.freeBytes())),
                    where,
                    "Make room, or name a directory on another disk; `estimate` says what a run of yours takes.");
        }
    }

    private void port(PortFacts port) {
        if (!port.free()) {
            add(
                    port.port() == 0
                            ? "No port can be listened at"
                            : "Somebody listens at port " + port.port(),
                    port.use(),
                    "That may be laptop-diff itself, which `runs` tells; else end it, or choose another port with "
                            + port.option()
                            + ".");
        }
    }

    private void add(String what, String where, String howToFix) {
        findings.add(new Finding(what, where, howToFix));
    }
}
