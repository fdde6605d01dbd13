package io.laptopdiff.standalone.start;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.RunStatus;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.device.DeviceLease;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.estimation.RunEstimate;
import io.laptopdiff.estimation.RunEstimator;
import io.laptopdiff.gateway.runs.NotReadyException;
import io.laptopdiff.gateway.runs.RunStatuses;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Times of stages, for those who ask while they type: the first question about a teacher starts a
 * measurement beside them, which takes a second for a small model and a minute or two for a large
 * one; a later question has the answer. Nothing is measured while a run is at work: each would
 * spoil the other. A measurement has the device to itself, as every job has, and gives way to a run
 * that begins meanwhile as soon as the piece that it measures is done.
 */
@Singleton
class MeasuredTimes {
    private static final int KEPT = 100;
    private static final Logger LOG = Logger.getLogger(MeasuredTimes.class);

    private final EstimateFailureLog failures =
            new EstimateFailureLog(Logger.getLogger(MeasuredTimes.class));
    private final RunStatuses statuses;
    private final Path root;
    private final RunEstimator estimator;
    private final Map<RunSpec, RunEstimate> known =
            Collections.synchronizedMap(
                    new LinkedHashMap<>() {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(
                                Map.Entry<RunSpec, RunEstimate> eldest) {
                            return size() > KEPT;
                        }
                    });
    private final ExecutorService worker =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread thread = new Thread(task, "estimates");
                        thread.setDaemon(true);
                        return thread;
                    });

    /** What is to be estimated next; only the newest question still has someone waiting. */
    private volatile RunSpec wanted;

    private volatile boolean stopping;

    /** Thrown where somebody else needs the device. */
    private static final class GaveWayException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    MeasuredTimes(
            RunStatuses statuses,
            Artifacts artifacts,
            @ConfigProperty(name = "laptopdiff.artifacts.root") String root) {
        this.statuses = statuses;
        this.root = Path.of(root);
        Devices devices = Workers.devices();
        this.estimator =
                new RunEstimator(
                        artifacts,
                        Workers.settings(),
                        () -> nextPiece(devices),
                        Disk.nearest(this.root));
    }

    /** Makes a manager for the next piece; asked for before each piece is measured. */
    private NDManager nextPiece(Devices devices) {
        if (stopping || busy()) {
            throw new GaveWayException();
        }
        return devices.newManager();
    }

    /** Returns the estimate of a run; empty while it is being measured, or cannot be now. */
    Optional<RunEstimate> of(RunSpec spec) {
        RunEstimate there = known.get(spec);
        if (there == null && !spec.equals(wanted) && !busy()) {
            wanted = spec;
            worker.execute(() -> measure(spec));
        }
        return Optional.ofNullable(there);
    }

    private void measure(RunSpec spec) {
        Optional<DeviceLease> lease = DeviceLease.acquire(() -> superfluous(spec));
        try {
            if (lease.isPresent() && !superfluous(spec)) {
                known.put(spec, estimator.estimate(spec, Workers.limits(root)));
            } else {
                sayWhyNot(spec);
            }
        } catch (GaveWayException e) {
            sayWhyNot(spec);
        } catch (RuntimeException e) {
            failures.warn(
                    "how long the run would take is not known, and the dry run leaves times out",
                    spec,
                    e);
        } finally {
            lease.ifPresent(DeviceLease::close);
            if (spec.equals(wanted)) {
                wanted = null;
            }
        }
    }

    /** Returns whether nobody waits for the answer any more, or a run is at work. */
    private boolean superfluous(RunSpec spec) {
        return stopping || !spec.equals(wanted) || busy();
    }

    private void sayWhyNot(RunSpec spec) {
        if (!stopping && spec.equals(wanted)) {
            LOG.infof(
                    "times not measured, for a run is at work teacher=%s fix=ask again when no run"
                            + " is at work",
                    spec.teacher());
        }
    }

    private boolean busy() {
        try {
            return statuses.all().stream().map(RunStatus::state).anyMatch(state -> !state.ended());
        } catch (NotReadyException e) {
            return true;
        }
    }

    @PreDestroy
    void stop() {
        stopping = true;
        worker.shutdownNow();
    }
}
