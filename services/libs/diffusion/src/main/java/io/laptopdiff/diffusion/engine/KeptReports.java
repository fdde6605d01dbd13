package io.laptopdiff.diffusion.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was found right on a machine, in a small file, so that processes after the first need not
 * check anew. A file is of one processor, PyTorch, number of threads, set of forms and environment;
 * one that cannot be read counts as none.
 */
final class KeptReports {

    private static final Logger LOG = LoggerFactory.getLogger(KeptReports.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NAME_DIGITS = 16;

    /** Variables that change how PyTorch's libraries compute. */
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

    /** By what a report is told from those of other machines and versions. */
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
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(told.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, NAME_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
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
            Files.createDirectories(directory);
            Path unfinished = Files.createTempFile(directory, "engine-check-", ".tmp");
            JSON.writeValue(unfinished.toFile(), Stored.of(report));
            Files.move(
                    unfinished,
                    file(key),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
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
