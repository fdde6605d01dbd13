package io.laptopdiff.distillation.training;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.PrepareShard;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.NativeHeap;
import io.laptopdiff.diffusion.location.PipelineLocation;
import io.laptopdiff.distillation.dataset.DatasetEncoder;
import io.laptopdiff.distillation.dataset.Encoding;
import io.laptopdiff.distillation.dataset.Preparation;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Training data on its way to a run's students: which shards are missing, one of them made, and the
 * wait until all are there.
 */
public final class PreparationJob {

    /** Runs that have shards made at once, at most; each keeps the names of all its images. */
    private static final int REMEMBERED = 8;

    private final Artifacts artifacts;
    private final ArtifactStore store;
    private final Devices devices;
    private final Preparation preparation;

    /**
     * The encodings of data sets named lately: naming one reads all of it, and the tasks of several
     * runs may take turns.
     */
    private final Map<Source, Encoding> named =
            Collections.synchronizedMap(
                    new LinkedHashMap<>(2 * REMEMBERED, 0.75f, true) {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<Source, Encoding> eldest) {
                            return size() > REMEMBERED;
                        }
                    });

    /** The teacher and the data set, as a task names them. */
    private record Source(String teacher, String dataset) {}

    /**
     * @param devices the first of them encodes
     */
    public PreparationJob(Artifacts artifacts, ArtifactStore store, Devices devices) {
        this.devices = devices;
        this.artifacts = artifacts;
        this.store = store;
        this.preparation = new Preparation(store);
    }

    /**
     * Returns what has to be done before a run's students can be trained; none where all is there.
     *
     * @throws RuntimeException if teacher or data set are not as they must be
     */
    public List<PrepareShard> tasks(String runId, RunSpec spec, Instant now) {
        if (spec.planOnly()) {
            return List.of();
        }
        String dataset = spec.distillation().dataset();
        Encoding encoding = read(spec.teacher(), dataset);
        List<Integer> missing = preparation.missing(encoding);
        if (!missing.isEmpty()) {
            preparation.asked(encoding, runId);
        }
        return missing.stream()
                .map(
                        shard ->
                                new PrepareShard(
                                        runId,
                                        now,
                                        spec.teacher(),
                                        dataset,
                                        encoding.name(),
                                        shard,
                                        encoding.shards()))
                .toList();
    }

    /**
     * Makes one shard, unless it is there.
     *
     * @return false if it was told to stop, or if teacher or data set are no longer those that were
     *     asked for
     */
    public boolean prepare(PrepareShard task, BooleanSupplier stop) {
        Encoding encoding = named(task);
        if (!encoding.name().equals(task.encoding())) {
            return false;
        }
        try (NDManager manager = devices.newManager()) {
            return new DatasetEncoder(store).encode(encoding, List.of(task.shard()), manager, stop);
        } catch (RuntimeException e) {
            preparation.givenUp(encoding, task.runId());
            throw e;
        } finally {
            NativeHeap.trim();
        }
    }

    /** Waits for the other workers; see {@link Preparation#await}. */
    public void await(Encoding encoding, String runId, Duration patience, BooleanSupplier stop)
            throws InterruptedException {
        preparation.await(encoding, runId, patience, stop);
    }

    private Encoding named(PrepareShard task) {
        Encoding known = named.get(new Source(task.teacher(), task.dataset()));
        return known != null && known.name().equals(task.encoding())
                ? known
                : read(task.teacher(), task.dataset());
    }

    private Encoding read(String teacher, String dataset) {
        ImageSource images = ImageSource.open(artifacts.data(dataset));
        Encoding encoding =
                Encoding.of(store, PipelineLocation.directory(teacher, artifacts::local), images);
        named.put(new Source(teacher, dataset), encoding);
        return encoding;
    }
}
