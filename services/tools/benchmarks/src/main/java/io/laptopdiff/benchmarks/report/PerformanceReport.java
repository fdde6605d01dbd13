package io.laptopdiff.benchmarks.report;

import io.laptopdiff.benchmarks.Figures;
import io.laptopdiff.benchmarks.Part;
import io.laptopdiff.experiments.report.MarkdownTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What is published of the figures. */
public final class PerformanceReport {

    private static final Map<Part, String> INTRODUCTIONS =
            Map.of(
                    Part.OPERATORS,
                    """
                    ## Operators

                    One call each, by JMH: attention of 8 heads of 80 over 1,024 tokens, group norm and SiLU of
                    640x32x32, a linear layer of 1,024 tokens from 640 to 2,560. *Composed* is made of DJL's own calls; the
                    others are one TorchScript function each, as the U-Net's layers are.
                    """,
                    Part.PASS,
                    """
                    ## One pass

                    SD-v1.5, 64x64 latents, a batch of one, 77 tokens; the quickest of five. The rates are the best of several of
                    the U-Net's own shapes, measured between the passes, in fp32 through DJL: 3x3 convolutions in either memory format,
                    and matrix products (`torch.linear`). The ceiling is what the pass would take if its convolutions ran at the
                    first rate and its linear layers and attention at the second. With AVX-512, linear
                    layers of many tokens are computed as 1x1 convolutions, which is how a pass can come near it.
                    """,
                    Part.SWEEP,
                    """
                    ## Scoring

                    The removal of every unit of SD-v1.5 in turn, in fp32, 64x64 latents, a batch of one: a whole pass for each
                    and one without removal, against the sweep that computes what passes have in common once.
                    """,
                    Part.HALF_WIDTH_STEP,
                    """
                    ## A distillation step of half width

                    SD-v1.5 with half of its channels, 32x32 latents, a batch of two: teacher in fp32, student with nine feature
                    terms, backward, AdamW. The median of five. The optimizer is measured once more by turns with the memory's
                    bandwidth.
                    """,
                    Part.FULL_STEP,
                    """
                    ## A distillation step of full size

                    SD-v1.5 without half of its parameters, 64x64 latents, a batch of one: teacher in bf16, student in fp32 with
                    gradient checkpointing. The median of two.
                    """,
                    Part.PEER,
                    """
                    ## Against PyTorch

                    The same work in PyTorch and diffusers (`peer.py`, eager, contiguous and channels-last, the better of
                    both; all cores), in turns with ours in one sitting: the least of ten passes, the lesser of two medians of five steps. Ratios below 1 say that we take less.
                    """,
                    Part.RUN,
                    """
                    ## A run, and what was estimated of it

                    SD-v1.5, 64x64 latents, fp32 checkpoint, broker and all services in one process: two samples to score on, half of
                    the parameters removed, eight distillation steps (bf16 teacher, gradient checkpointing, a batch of one), a
                    checkpoint after five, one image drawn at the start, with the checkpoint and at the end, two prompts of five steps to evaluate on. The estimate is made just
                    before by another process, as `estimate` makes it, without a look at the weights.
                    """,
                    Part.SDXL_PLANS,
                    """
                    ## Plans for SDXL, and what was estimated of them

                    SDXL, 128x128 latents, bf16 checkpoint and passes: every one of 87 units scored on one sample, and plans for
                    three ratios; broker and all services in one process.
                    """);

    private final Map<Part, List<Figures>> figures;

    /**
     * @param figures of the parts that are there, on each machine that measured them
     */
    public PerformanceReport(Map<Part, List<Figures>> figures) {
        this.figures = figures;
    }

    /** The page performance.md. */
    public String page() {
        StringBuilder page =
                new StringBuilder(
                        """
                        # Performance at full size

                        Measured on checkpoints of random weights in SD-v1.5's shapes, and in SDXL's where it says so
                        (`fabricate --config sd15`, `sdxl`), by

                            laptop-diff bench

                        which measures every part in a process of its own, keeps its figures in `performance/`, a file for each
                        processor, and writes this page from them. What was measured on is told by the line that `doctor` says of
                        the machine. Other work on the machine makes every figure worse; ratios are taken within one sitting, and
                        say more than seconds.

                        """);
        figures.forEach(
                (part, machines) -> {
                    page.append('\n').append(INTRODUCTIONS.get(part));
                    machines.forEach(measured -> page.append(section(part, measured)));
                });
        return page.toString();
    }

    private static String section(Part part, Figures measured) {
        MarkdownTable table = new MarkdownTable("", "measured", "wanted", "");
        for (Row row : Sections.of(part, measured)) {
            table.row(row.what(), row.value(), row.target(), row.verdict());
        }
        return "\nMeasured on %s on %s.\n\n%s"
                .formatted(measured.date(), measured.machine(), table);
    }

    /** The README's table: every figure that has a target, on each machine that measured it. */
    public String summary() {
        List<String> machines =
                figures.values().stream()
                        .flatMap(List::stream)
                        .map(PerformanceReport::shortly)
                        .distinct()
                        .toList();
        List<String> header = new ArrayList<>(List.of("at full size, on the CPU"));
        header.addAll(machines);
        header.add("wanted");
        MarkdownTable table = new MarkdownTable(header.toArray(String[]::new));
        figures.forEach(
                (part, measured) -> {
                    Map<String, Map<String, Row>> rows = new LinkedHashMap<>();
                    for (Figures one : measured) {
                        for (Row row : Sections.of(part, one)) {
                            if (!row.target().isEmpty()) {
                                rows.computeIfAbsent(row.what(), what -> new LinkedHashMap<>())
                                        .put(shortly(one), row);
                            }
                        }
                    }
                    rows.forEach((what, each) -> table.row(summed(part, what, each, machines)));
                });
        return table.toString();
    }

    private static String[] summed(
            Part part, String what, Map<String, Row> each, List<String> machines) {
        List<String> cells = new ArrayList<>(List.of(name(part) + ": " + what));
        for (String machine : machines) {
            cells.add(each.containsKey(machine) ? each.get(machine).value() : "");
        }
        cells.add(each.values().iterator().next().target());
        return cells.toArray(String[]::new);
    }

    private static String shortly(Figures figures) {
        return figures.machine().split(",", 2)[0];
    }

    /** Targets that one of these parts misses, each as a line for people. */
    public List<String> missed(Collection<Part> parts) {
        return parts.stream()
                .filter(figures::containsKey)
                .flatMap(
                        part ->
                                figures.get(part).stream()
                                        .flatMap(measured -> missed(part, measured)))
                .toList();
    }

    private static Stream<String> missed(Part part, Figures measured) {
        return Sections.of(part, measured).stream()
                .filter(row -> !row.reached())
                .map(
                        row ->
                                "%s: %s: %s, wanted %s"
                                        .formatted(
                                                name(part), row.what(), row.value(), row.target()));
    }

    private static String name(Part part) {
        return part.title().replace('-', ' ');
    }
}
