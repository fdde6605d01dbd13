package io.laptopdiff.standalone.follow;

import static java.util.stream.Collectors.joining;

import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.StageFailed;
import io.laptopdiff.contracts.status.VariantStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Shows a run's progress until it has ended: at each of its events, or now and then where there is
 * no stream.
 */
public final class RunFollower {

    private final GatewayClient gateway;
    private final Consumer<RunStatus> board;
    private final PrintWriter out;
    private final Patience patience;

    /** A follower that draws on {@code out}. */
    public RunFollower(GatewayClient gateway, PrintWriter out, boolean terminal) {
        this(gateway, out, terminal, Patience.USUAL);
    }

    /** Makes a follower with another patience. */
    public RunFollower(
            GatewayClient gateway, PrintWriter out, boolean terminal, Patience patience) {
        this(gateway, new ProgressBoard(out, terminal)::show, out, patience);
    }

    private RunFollower(
            GatewayClient gateway, Consumer<RunStatus> board, PrintWriter out, Patience patience) {
        this.gateway = gateway;
        this.board = board;
        this.out = out;
        this.patience = patience;
    }

    /** A follower that hands on every status that differs from the one before, for programs. */
    public static RunFollower telling(GatewayClient gateway, Consumer<RunStatus> listener) {
        RunStatus[] last = {null};
        return new RunFollower(
                gateway,
                status -> {
                    if (!status.equals(last[0])) {
                        last[0] = status;
                        listener.accept(status);
                    }
                },
                new PrintWriter(Writer.nullWriter()),
                Patience.USUAL);
    }

    /**
     * Blocks until the run has ended.
     *
     * @return its last state
     * @throws UnknownRunException if the gateway goes on not knowing the run
     * @throws IOException if it goes on giving no answer
     */
    public RunStatus follow(String runId) throws IOException, InterruptedException {
        try (RunNews news = gateway.news(runId, patience.pause())) {
            return follow(runId, news);
        }
    }

    private RunStatus follow(String runId, RunNews news) throws IOException, InterruptedException {
        OutageTimer outage = new OutageTimer(patience);
        long lastKnown = System.nanoTime();
        while (true) {
            Optional<RunStatus> status;
            try {
                status = gateway.status(runId);
            } catch (IOException e) {
                outage.bear(e, gateway.address());
                lastKnown = System.nanoTime(); // a gateway that is back may know it a little later
                continue;
            }
            outage.end();
            if (status.isPresent()) {
                lastKnown = System.nanoTime();
                board.accept(status.get());
                if (status.get().state().ended()) {
                    status.get().notes().forEach(note -> out.printf("%nnote: %s%n", note));
                    printLeftOut(status.get());
                    status.get().failures().forEach(this::print);
                    out.flush();
                    return status.get();
                }
                news.await();
            } else if (System.nanoTime() - lastKnown > patience.unknownRun().toNanos()) {
                throw new UnknownRunException(runId, gateway.address());
            } else {
                Thread.sleep(patience.pause().toMillis());
            }
        }
    }

    /** Prints the images left out; all variants of a run are trained on the same images. */
    private void printLeftOut(RunStatus status) {
        status.variants().stream()
                .map(VariantStatus::images)
                .filter(images -> images != null && !images.leftOut().isEmpty())
                .findFirst()
                .ifPresent(
                        images -> {
                            int all = images.leftOut().values().stream().mapToInt(n -> n).sum();
                            String reasons =
                                    images.leftOut().entrySet().stream()
                                            .map(why -> why.getValue() + " " + why.getKey())
                                            .collect(joining(", "));
                            out.printf(
                                    "%n%d of %d training images were left out: %s%n",
                                    all, all + images.used(), reasons);
                        });
    }

    private void print(StageFailed failure) {
        out.printf(
                "%n%s failed%s: %s%n  where: %s%n  fix:   %s%n",
                failure.stage().text(),
                failure.variant() == null ? "" : " for " + failure.variant(),
                failure.what(),
                failure.where(),
                failure.howToFix());
    }
}
