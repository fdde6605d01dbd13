package io.laptopdiff.diffusion.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.laptopdiff.common.Sha256;
import io.laptopdiff.common.WholeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what was found right on a machine in a small file, so that processes after the first need
 * not check anew. A file is of one processor, PyTorch, number of threads, set of forms and
 * environment; one that cannot be read counts as none.
 */
final class KeptReports {

    private static final Logger LOG = LoggerFactory.getLogger(KeptReports.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NAME_DIGITS = 16;

    /** The beginnings of the variables that change how PyTorch's libraries compute. */
    private static final List<String> TELLING =
            List.of(
                    "ONEDNN_",
                    "DNNL_",
                    "MKL_",
                    "OMP_",
                    "KMP_",
                    "GOMP_",
                    "ATEN_",
                    "OPENBLAS_",
                    "LD_PRELOAD");

    private final Path directory;

    KeptReports(Path directory) {
        this.directory = directory;
    }

    /** Returns the key by which a report is told from those of other machines and versions. */
    static String key(Processor processor, String libtorch, int threads, OperatorForms forms) {
        Map<String, String> environment = new TreeMap<>();
        System.getenv()
                .forEach(
                        (name, value) -> {
                            if (TELLING.stream().anyMatch(name::startsWith)) {
                                environment.put(name, value);
                            }
                        });
        String told =
                String.join(
                        "\n",
                        processor.vendor(),
                        processor.model(),
                        processor.family() + "." + processor.number() + "." + processor.stepping(),
                        String.join(" ", processor.flags().stream().sorted().toList()),
                        processor.caches().toString(),
                        libtorch,
                        Integer.toString(threads),
                        environment.toString(),
                        forms.source());
        return Sha256.hex(told).substring(0, NAME_DIGITS);
    }

    Path file(String key) {
        return directory.resolve("engine-check-" + key + ".json");
    }

    Optional<EngineReport> find(String key) {
        Path file = file(key);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            EngineReport report = JSON.readValue(file.toFile(), Stored.class).report();
            return report.right() ? Optional.of(report.asKept()) : Optional.empty();
        } catch (IOException | RuntimeException e) {
            LOG.debug("kept self-check not readable file={}", file, e);
            return Optional.empty();
        }
    }

    /** Keeps what is right; where nothing can be written, the next process checks anew. */
    void keep(String key, EngineReport report) {
        if (!report.right()) {
            return;
        }
        try {
            WholeFiles.write(file(key), part -> JSON.writeValue(part.toFile(), Stored.of(report)));
        } catch (IOException e) {
            LOG.debug("self-check not kept directory={}", directory, e);
        }
    }

    /** The report as it lies in the file. */
    private record Stored(
            String libtorch,
            int threads,
            String checkedAt,
            double seconds,
            List<EngineReport.Finding> findings) {

        static Stored of(EngineReport report) {
            return new Stored(
                    report.libtorch(),
                    report.threads(),
                    report.checkedAt().toString(),
                    report.seconds(),
                    report.findings());
        }

        EngineReport report() {
            return new EngineReport(
                    libtorch, threads, Instant.parse(checkedAt), seconds, false, findings);
        }
    }
}
