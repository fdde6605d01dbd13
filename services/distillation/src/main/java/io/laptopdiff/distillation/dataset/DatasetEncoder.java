package io.laptopdiff.distillation.dataset;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.diffusion.dataset.DatasetException;
import io.laptopdiff.diffusion.dataset.ImageSource;
import io.laptopdiff.diffusion.dataset.LeftOut;
import io.laptopdiff.diffusion.pipeline.TextEncoders;
import io.laptopdiff.diffusion.vae.AutoencoderKL;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs autoencoder and text encoders over a data set once, and leaves the result under {@code
 * encoded/} of the artifacts' root for every variant and run of the same teacher and data. Work
 * that was broken off goes on shard by shard; a shard that is damaged is made again.
 */
public final class DatasetEncoder {
    private static final Logger LOG = LoggerFactory.getLogger(DatasetEncoder.class);

    private final ArtifactStore store;

    public DatasetEncoder(ArtifactStore store) {
        this.store = store;
    }

    /**
     * The encoded data set, made now where it is missing.
     *
     * @param parent owns what stays in memory; the encoders are gone from it afterwards
     * @param stop asked between batches
     * @return empty if it was told to stop
     * @throws DatasetException if no image of it can be used
     */
    public Optional<EncodedDataset> encode(
            Encoding encoding, NDManager parent, BooleanSupplier stop) {
        for (LeftOut image : encoding.images().leftOut()) {
            LOG.warn(
                    "image left out where={} reason={} what={}",
                    image.where(),
                    image.reason().text(),
                    image.what());
        }
        List<Integer> all = IntStream.range(0, encoding.shards()).boxed().toList();
        return prepare(encoding, all, parent, stop)
                .map(
                        manifests ->
                                EncodedDataset.open(encoding, usable(encoding, manifests), parent));
    }

    /**
     * Makes those of some shards that are missing.
     *
     * @param shards from 0 to {@link Encoding#shards} - 1
     * @return whether all of them are there now; false if it was told to stop
     */
    public boolean encode(
            Encoding encoding, List<Integer> shards, NDManager parent, BooleanSupplier stop) {
        return prepare(encoding, shards, parent, stop).isPresent();
    }

    private Optional<Map<Integer, ShardManifest>> prepare(
            Encoding encoding, List<Integer> shards, NDManager parent, BooleanSupplier stop) {
        Map<Integer, ShardManifest> manifests = new ConcurrentSkipListMap<>();
        shards.parallelStream()
                .forEach(
                        shard ->
                                encoding.shard(shard)
                                        .verified()
                                        .ifPresent(found -> manifests.put(shard, found)));
        List<Integer> missing = shards.stream().filter(s -> !manifests.containsKey(s)).toList();
        boolean noCaption = encoding.emptyCaption().verified().isEmpty();
        if (missing.isEmpty() && !noCaption) {
            return Optional.of(manifests);
        }
        LOG.info(
                "encoding data set={} images={} shards={} to={}",
                encoding.images().location(),
                encoding.images().size(),
                missing.size(),
                encoding.directory());
        try (NDManager models = parent.newSubManager();
                AutoencoderKL vae = AutoencoderKL.load(encoding.teacher().resolve("vae"), models);
                TextEncoders text = TextEncoders.load(encoding.teacher(), models)) {
            EncodingPass pass = new EncodingPass(encoding, vae, text, store, stop);
            if (noCaption) {
                pass.writeEmptyCaption(models);
            }
            for (int shard : missing) {
                Optional<ShardManifest> written = pass.write(shard, models);
                if (written.isEmpty()) {
                    return Optional.empty();
                }
                manifests.put(shard, written.get());
            }
        }
        return Optional.of(manifests);
    }

    private static Map<Integer, ShardManifest> usable(
            Encoding encoding, Map<Integer, ShardManifest> manifests) {
        if (manifests.values().stream().allMatch(manifest -> manifest.images().isEmpty())) {
            Map<String, Integer> reasons = new TreeMap<>();
            manifests
                    .values()
                    .forEach(
                            manifest ->
                                    manifest.leftOut()
                                            .forEach(
                                                    (why, n) ->
                                                            reasons.merge(why, n, Integer::sum)));
            throw new DatasetException(
                    "None of the "
                            + encoding.images().size()
                            + " images can be trained on: "
                            + reasons,
                    encoding.images().location().toString(),
                    "Give PNG, JPEG or WebP images whose shorter side has at least "
                            + ImageSource.minimumSide(encoding.resolution())
                            + " pixels; the log names each that was left out.");
        }
        return manifests;
    }
}
