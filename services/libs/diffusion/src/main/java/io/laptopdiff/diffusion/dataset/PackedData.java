package io.laptopdiff.diffusion.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Refuses data sets packed in ways that are not read, and says how to unpack them. */
final class PackedData {

    private static final String EXPORT =
            "Export it as an image folder, for example with Python's datasets:"
                    + " for i, x in enumerate(load_dataset('parquet', data_files=...)['train']):"
                    + " x['image'].save(f'{i:06}.png') and open(f'{i:06}.txt', 'w').write(x['text']).";

    private static final Map<String, String> REMEDIES =
            Map.of(
                    "parquet", EXPORT,
                    "arrow", EXPORT,
                    "zip", "Unpack it with unzip, and name the directory.",
                    "7z", "Unpack it with 7z x, and name the directory.",
                    "rar", "Unpack it with unrar x, and name the directory.",
                    "zst", "Unpack it with zstd -d.",
                    "xz", "Unpack it with xz -d.",
                    "bz2", "Unpack it with bzip2 -d.",
                    "tar", "Name the directory that holds the .tar files itself.",
                    "gz", "Name the directory that holds the .tar.gz files itself.");

    private PackedData() {}

    /**
     * @throws DatasetException if files of such a kind lie below a directory without pictures
     */
    static void refuse(Path directory) {
        List<Path> files = DirectoryTree.files(directory);
        Optional<Path> packed =
                files.stream().filter(file -> REMEDIES.containsKey(ending(file))).findFirst();
        if (packed.isPresent()) {
            long same =
                    files.stream()
                            .filter(file -> ending(file).equals(ending(packed.get())))
                            .count();
            throw new DatasetException(
                    "The data set is "
                            + same
                            + " ."
                            + ending(packed.get())
                            + (same == 1 ? " file" : " files")
                            + ", which "
                            + (same == 1 ? "is" : "are")
                            + " not read here",
                    packed.get(),
                    REMEDIES.get(ending(packed.get())));
        }
    }

    private static String ending(Path file) {
        return FileNames.ending(file.getFileName().toString());
    }
}
