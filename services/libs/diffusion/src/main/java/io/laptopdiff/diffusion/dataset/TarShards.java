package io.laptopdiff.diffusion.dataset;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Tar files in webdataset's layout, {@code 000017.jpg} with {@code 000017.txt} or {@code
 * 000017.json} (field {@code caption}, {@code text} or {@code prompt}); gzipped ones, too. Opening
 * them reads all headers and captions; images are read where they lie, later.
 */
public final class TarShards implements ImageSource {

    private static final List<String> ENDINGS = List.of(".tar", ".tar.gz", ".tgz");

    private final Path location;
    private final List<TarIndex.Sample> samples;
    private final List<LeftOut> leftOut;
    private final OtherFiles others;

    private TarShards(
            Path location,
            List<TarIndex.Sample> samples,
            List<LeftOut> leftOut,
            OtherFiles others) {
        this.location = location;
        this.samples = List.copyOf(samples);
        this.leftOut = List.copyOf(leftOut);
        this.others = others;
    }

    static boolean isShard(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(name::endsWith) && !FileNames.isHidden(name);
    }

    /** Lists the shards right in a directory, sorted by name. */
    static List<Path> in(Path directory) {
        return DirectoryTree.children(directory).stream().filter(TarShards::isShard).toList();
    }

    /**
     * @param shards in the order of their samples
     * @throws DatasetException if one is no tar file, or none has an image with a caption
     */
    public static TarShards open(List<Path> shards) {
        return SourceLog.told(open(shards, OtherFiles.NONE));
    }

    /** Opens all shards of a directory; what lies beside them is not read. */
    static TarShards openAll(Path directory, List<Path> shards) {
        List<String> beside =
                DirectoryTree.files(directory).stream()
                        .filter(file -> !shards.contains(file))
                        .map(Path::toString)
                        .toList();
        return SourceLog.told(open(shards, OtherFiles.of(beside)));
    }

    private static TarShards open(List<Path> shards, OtherFiles beside) {
        List<TarIndex.Sample> samples = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        OtherFiles others = beside;
        for (Path shard : shards) {
            TarIndex index = TarIndex.of(shard);
            samples.addAll(index.samples());
            leftOut.addAll(index.leftOut());
            others = others.and(index.others());
        }
        if (samples.isEmpty()) {
            throw new DatasetException(
                    leftOut.isEmpty()
                            ? "The data set has no images"
                            : "None of the " + leftOut.size() + " images has a caption",
                    shards.get(0),
                    "Put 0001.jpg (or .png) and 0001.txt, or 0001.json with a field \"caption\","
                            + " into the tar file.");
        }
        return new TarShards(shards.get(0), samples, leftOut, others);
    }

    @Override
    public Path location() {
        return location;
    }

    @Override
    public int size() {
        return samples.size();
    }

    @Override
    public List<LeftOut> leftOut() {
        return leftOut;
    }

    @Override
    public OtherFiles others() {
        return others;
    }

    @Override
    public String caption(int index) {
        return samples.get(index).caption();
    }

    @Override
    public String where(int index) {
        return samples.get(index).image().where();
    }

    @Override
    public byte[] content(int index) {
        return samples.get(index).image().content();
    }
}
