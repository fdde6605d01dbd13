package io.laptopdiff.diffusion.doctor;

import io.laptopdiff.diffusion.device.MemoryLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A report for people: facts, the self-check's table, findings. */
final class DoctorText {

    private static final int NAMES = 14;

    private final StringBuilder text = new StringBuilder();

    private DoctorText() {}

    static String of(DoctorReport report) {
        DoctorText text = new DoctorText();
        text.facts(report);
        if (report.engine() != null) {
            text.operators(report.engine());
        }
        text.findings(report.findings());
        return text.text.toString();
    }

    static String line(DoctorReport report) {
        ProcessorFacts processor = report.processor();
        List<String> sets = processor.instructionSets();
        return String.join(
                ", ",
                "%s (family %s model %s)"
                        .formatted(processor.model(), processor.family(), processor.number()),
                processor.processors() + " processors",
                sets.isEmpty() ? "no AVX" : sets.get(sets.size() - 1),
                processor.caches().isEmpty() ? "no caches reported" : "caches reported",
                MemoryLimit.text(report.memory().totalBytes()),
                "huge pages " + orNone(report.memory().hugePages()),
                "allocator: " + report.system().allocator(),
                "JDK " + report.system().java().split(",", 2)[0],
                report.engine() == null
                        ? "no engine"
                        : "libtorch %s with %d threads"
                                .formatted(report.engine().libtorch(), report.engine().threads()));
    }

    private void facts(DoctorReport report) {
        SystemFacts system = report.system();
        fact("laptop-diff", report.version() + ", looked at " + report.at());
        fact("in a line", report.line());
        fact("processor", report.processor().text());
        fact("instructions", String.join(" ", report.processor().instructionSets()));
        fact("caches", report.processor().cachesText());
        fact("memory", report.memory().text());
        fact("huge pages", orNone(report.memory().hugePages()));
        fact("system", system.system());
        fact("JDK", system.java());
        fact("allocator", system.allocator() + ", " + orNone(system.cLibrary()));
        fact(
                "locale",
                "%s, texts %s, file names %s"
                        .formatted(
                                orNone(system.language()),
                                system.fileEncoding(),
                                system.nameEncoding()));
        for (Map.Entry<String, String> setting : system.settings().entrySet()) {
            fact("setting", setting.getKey() + "=" + setting.getValue());
        }
        report.directories().forEach(directory -> fact("directory", directory.text()));
        report.ports().forEach(port -> fact("port", port.text()));
        fact("libtorch", report.engine() == null ? report.withoutEngine() : report.engine().text());
    }

    private static String orNone(String value) {
        return value.isEmpty() ? "not told" : value;
    }

    private void fact(String name, String value) {
        text.append(("%-" + NAMES + "s%s%n").formatted(name, value));
    }

    private void operators(EngineFacts engine) {
        text.append("%n%s%n".formatted(engine.checkText()));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("operator", "form", "error", "allowed", "rate", ""));
        for (OperatorFacts form : engine.operators()) {
            rows.add(
                    List.of(
                            form.title(),
                            form.form(),
                            form.errorText(),
                            "%.0e".formatted(form.tolerance()),
                            form.rateText(),
                            form.verdict()));
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream().mapToInt(other -> other.get(at).length()).max().orElse(0);
                String pad = " ".repeat(width - row.get(column).length());
                boolean words = column < 2 || column == row.size() - 1;
                line.append("  ");
                line.append(words ? row.get(column) + pad : pad + row.get(column));
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
    }

    private void findings(List<Finding> findings) {
        text.append(
                "%n%s%n"
                        .formatted(
                                findings.isEmpty()
                                        ? "no findings"
                                        : "findings: " + findings.size()));
        for (Finding finding : findings) {
            text.append(
                    "- %s (%s).%n  %s%n"
                            .formatted(finding.what(), finding.where(), finding.howToFix()));
        }
    }
}
