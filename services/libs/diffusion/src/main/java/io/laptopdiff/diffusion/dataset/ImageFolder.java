package io.laptopdiff.diffusion.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A directory of images and a {@code metadata.jsonl} that gives each line's {@code file_name}
 * (relative to the directory) and {@code text}: Hugging Face's ImageFolder layout; a {@code
 * metadata.csv} of these columns will do. Where the directory has only a {@code train}
 * sub-directory with such a file, that one is read. Without any such file, each image below the
 * directory has its caption beside it, in a file of the same name.
 */
public final class ImageFolder implements ImageSource {

    static final String METADATA = Metadata.JSONL;

    /** An image file and its caption. */
    public record Entry(Path file, String text) {}

    private final Path directory;
    private final List<Entry> entries;
    private final List<LeftOut> leftOut;
    private final OtherFiles others;

    ImageFolder(Path directory, List<Entry> entries, List<LeftOut> leftOut, OtherFiles others) {
        this.directory = directory;
        this.entries = List.copyOf(entries);
        this.leftOut = List.copyOf(leftOut);
        this.others = others;
    }

    static boolean hasMetadata(Path directory) {
        return Metadata.in(directory).isPresent();
    }

    /**
     * Reads the captions and sees that every image file is there; pixels are read later.
     *
     * @throws DatasetException if the directory, a line or a file is not as it must be
     */
    public static ImageFolder open(Path directory) {
        Optional<Path> metadata = Metadata.in(directory);
        return SourceLog.told(
                metadata.isPresent() ? Metadata.read(metadata.get()) : withSidecars(directory));
    }

    private static ImageFolder withSidecars(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new DatasetException(
                    Files.exists(directory)
                            ? "The data set is a file, not a directory"
                            : "No such data set directory",
                    directory,
                    HOW_TO_LAY_OUT);
        }
        SidecarCaptions found = SidecarCaptions.below(directory);
        if (found.entries().isEmpty()) {
            PackedData.refuse(directory);
            throw new DatasetException(
                    "The data set has no "
                            + METADATA
                            + ", no tar file, and no image with a caption beside it"
                            + (found.leftOut().isEmpty()
                                    ? ""
                                    : "; the first of its "
                                            + found.leftOut().size()
                                            + " images is "
                                            + found.leftOut().get(0).where()
                                            + ": "
                                            + found.leftOut().get(0).what()),
                    directory,
                    HOW_TO_LAY_OUT);
        }
        return new ImageFolder(directory, found.entries(), found.leftOut(), found.others());
    }

    private static final String HOW_TO_LAY_OUT =
            "Give a directory of images with a metadata.jsonl of lines like {\"file_name\":"
                    + " \"0001.png\", \"text\": \"a red circle\"}, or with a 0001.txt beside each"
                    + " 0001.png; or .tar files of such pairs.";

    /**
     * Holds the data set to what a Fréchet distance needs, whose covariance one image has not.
     *
     * @throws DatasetException if there are fewer images than two
     */
    public void requireForDistances() {
        if (size() < 2) {
            throw new DatasetException(
                    "The data set has "
                            + size()
                            + " image, and a Fréchet distance needs at least 2",
                    directory,
                    "Add images; some hundreds make the distance meaningful.");
        }
    }

    @Override
    public Path location() {
        return directory;
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public List<LeftOut> leftOut() {
        return leftOut;
    }

    @Override
    public OtherFiles others() {
        return others;
    }

    /** The images and captions, in order. */
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public String caption(int index) {
        return entries.get(index).text();
    }

    @Override
    public String where(int index) {
        return entries.get(index).file().toString();
    }

    @Override
    public byte[] content(int index) {
        Path file = entries.get(index).file();
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new DatasetException(
                    "The image cannot be read: " + e.getMessage(),
                    file,
                    "Put it back, and check its access rights.");
        }
    }
}
