package io.laptopdiff.distillation.training;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.DistillationProgressed;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.distillation.TinyDistillation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Trains the same student three times with all threads, and writes what came out of each. */
final class SameTrainings {

    static final int STEPS = 40;
    private static final int GARBAGE = 1 << 20;
    private static final long PAUSE_NANOS = 500_000_000;

    private SameTrainings() {}

    /**
     * @param arguments a directory; a text file of every run is written there
     */
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        TinyDistillation tiny = TinyDistillation.in(home);
        train("first", tiny);
        train("second", tiny);
        List<Thread> busy = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            busy.add(daemon(SameTrainings::multiply));
        }
        busy.add(daemon(SameTrainings::collect));
        train("beside busy threads", tiny);
        busy.forEach(Thread::interrupt);
        System.exit(0); // native threads may still spin
    }

    private static void train(String name, TinyDistillation tiny)
            throws IOException, NoSuchAlgorithmException {
        PlanCreated plan = tiny.pruned(name.replace(' ', '-'), Map.of("steps", STEPS));
        Recorder recorder = Recorder.ofAll();
        DistillationFinished finished =
                new DistillationJob(
                                Artifacts.ofFiles(),
                                new ArtifactStore(tiny.home().resolve("artifacts")),
                                Devices.auto(),
                                Clock.systemUTC())
                        .run(plan, recorder, recorder)
                        .orElseThrow();
        List<String> lines = new ArrayList<>();
        for (DistillationProgressed step : recorder.steps()) {
            lines.add(step.step() + " " + Json.write(step.losses()));
        }
        Path unet = Path.of(URI.create(finished.student())).resolve("unet");
        try (Stream<Path> files = Files.list(unet)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                if (file.toString().endsWith(".safetensors")) {
                    byte[] digest =
                            MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                    lines.add(file.getFileName() + " " + HexFormat.of().formatHex(digest));
                }
            }
        }
        Files.write(tiny.home().resolve(name + ".txt"), lines);
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "busy");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void multiply() {
        double x = 1;
        while (!Thread.currentThread().isInterrupted()) {
            x = x * 1.000001 % 3;
        }
        if (x < 0) {
            throw new IllegalStateException("never, but nobody may leave the loop out");
        }
    }

    private static void collect() {
        while (!Thread.currentThread().isInterrupted()) {
            byte[][] garbage = new byte[8][GARBAGE];
            garbage[0][0] = 1;
            System.gc();
            // One collection right behind the other would leave the training no time at all.
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
