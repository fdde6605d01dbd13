package io.laptopdiff.standalone.command;

import io.laptopdiff.common.Trees;
import io.laptopdiff.experiments.Machine;
import io.laptopdiff.standalone.streams.StreamLoad;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how many streams a gateway carries, and how fast. */
@Command(
        name = "bench-streams",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {
            ExitCodes.IS_DONE,
            ExitCodes.IS_UNABLE,
            ExitCodes.IS_WRONG,
            ExitCodes.IS_MISSED
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Opens many event streams of a gateway of its own at once, lets events flow, and writes what reached the clients and when"
                    + " to a report, beside a plain Kafka consumer. Takes two minutes and a gigabyte; what runs beside it spoils it.",
            ""
        })
final class StreamsBenchCommand implements Callable<Integer> {

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Open at once (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "50",
            description = "That they are of (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "20",
            description = "Events a second of each run (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "60",
            description =
                    "Seconds at this load before latencies count (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "docs/benchmarks",
            description = "Where streams.md goes (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Override
    public Integer call() throws Exception {
        Path data = Files.createTempDirectory("laptop-diff-streams-");
        String page =
                new StreamLoad(streams, runs, rate, warmUp, seconds)
                        .measure(data, Machine.describe());
        Files.createDirectories(out);
        Files.writeString(out.resolve("streams.md"), page);
        System.out.print(page);
        Trees.delete(data);
        return page.contains("missed |") ? ExitCodes.FAILED : 0;
    }
}
