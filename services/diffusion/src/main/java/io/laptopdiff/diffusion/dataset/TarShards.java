package io.laptopdiff.diffusion.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * Tar files in webdataset's layout: entries whose names are the same up to the first dot of the
 * last part make one sample, {@code 000017.jpg} with {@code 000017.txt} or {@code 000017.json}
 * (field {@code caption}). Opening them reads all headers and captions; images are read where they
 * lie, later.
 */
public final class TarShards implements ImageSource {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ENDING = ".tar";

    /** A caption that is longer is none, and reading it would fill the heap. */
    private static final int MOST_CAPTION_BYTES = 1 << 20;

    /**
     * Bytes of a shard.
     *
     * @param name of the entry
     */
    private record Slice(Path shard, String name, long offset, long length) {}

    private record Sample(Slice image, String caption) {}

    /** What one key's entries are; null where there is none. */
    private static final class Parts {
        private Slice image;
        private Slice text;
        private Slice json;
    }

    private final Path location;
    private final List<Sample> samples;
    private final int withoutCaption;

    private TarShards(Path location, List<Sample> samples, int withoutCaption) {
        this.location = location;
        this.samples = samples;
        this.withoutCaption = withoutCaption;
    }

    static boolean isShard(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(ENDING);
    }

    /** The shards right in a directory, sorted by name. */
    static List<Path> in(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(Files::isRegularFile)
                    .filter(TarShards::isShard)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DatasetException(
                    "The directory cannot be listed: " + e.getMessage(),
                    directory,
                    "Check its access rights.");
        }
    }

    /**
     * @param shards in the order of their samples
     * @throws DatasetException if one is no tar file, or none has an image with a caption
     */
    public static TarShards open(List<Path> shards) {
        List<Sample> samples = new ArrayList<>();
        int withoutCaption = 0;
        for (Path shard : shards) {
            for (Parts parts : parts(shard)) {
                if (parts.image == null) {
                    continue;
                }
                String caption = caption(parts);
                if (caption == null) {
                    withoutCaption++;
                } else {
                    samples.add(new Sample(parts.image, caption));
                }
            }
        }
        if (samples.isEmpty()) {
            throw new DatasetException(
                    withoutCaption == 0
                            ? "The data set has no images"
                            : "None of the " + withoutCaption + " images has a caption",
                    shards.get(0),
                    "Put 0001.jpg (or .png) and 0001.txt, or 0001.json with a field \"caption\","
                            + " into the tar file.");
        }
        return new TarShards(shards.get(0), List.copyOf(samples), withoutCaption);
    }

    private static Iterable<Parts> parts(Path shard) {
        Map<String, Parts> byKey = new LinkedHashMap<>();
        try (TarFile tar = new TarFile(shard)) {
            long size = Files.size(shard);
            for (TarArchiveEntry entry : tar.getEntries()) {
                if (entry.isFile() && !entry.isSparse()) {
                    if (entry.getDataOffset() + entry.getSize() > size) {
                        throw new EOFException("it ends within " + entry.getName());
                    }
                    sort(shard, entry, byKey);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new DatasetException(
                    "The tar file cannot be read: " + e.getMessage(),
                    shard,
                    "Copy or pack it again, without compression.");
        }
        return byKey.values();
    }

    private static void sort(Path shard, TarArchiveEntry entry, Map<String, Parts> byKey) {
        String name = entry.getName();
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        if (dot <= name.lastIndexOf('/') + 1) {
            return; // hidden, or without an ending: "._000017.jpg" is what some systems add
        }
        Slice slice = new Slice(shard, name, entry.getDataOffset(), entry.getSize());
        Parts parts = byKey.computeIfAbsent(name.substring(0, dot), key -> new Parts());
        String ending = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        if (StoredImage.ENDINGS.contains(ending)) {
            parts.image = slice;
        } else if (ending.equals("txt")) {
            parts.text = slice;
        } else if (ending.equals("json")) {
            parts.json = slice;
        }
    }

    /** Null where there is none. */
    private static String caption(Parts parts) {
        if (parts.text != null && parts.text.length() <= MOST_CAPTION_BYTES) {
            return new String(bytes(parts.text), StandardCharsets.UTF_8).strip();
        }
        if (parts.json == null || parts.json.length() > MOST_CAPTION_BYTES) {
            return null;
        }
        try {
            JsonNode caption =
                    JSON.readTree(new String(bytes(parts.json), StandardCharsets.UTF_8))
                            .path("caption");
            return caption.isTextual() ? caption.textValue().strip() : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static byte[] bytes(Slice slice) {
        try (FileChannel channel = FileChannel.open(slice.shard())) {
            ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(slice.length()));
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, slice.offset() + buffer.position()) < 0) {
                    throw new EOFException("it ends within " + slice.name());
                }
            }
            return buffer.array();
        } catch (IOException | ArithmeticException e) {
            throw new DatasetException(
                    "The tar file cannot be read: " + e.getMessage(),
                    slice.shard(),
                    "Copy it again; it must not change while it is trained on.");
        }
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
    public int withoutCaption() {
        return withoutCaption;
    }

    @Override
    public String caption(int index) {
        return samples.get(index).caption();
    }

    @Override
    public String where(int index) {
        Slice image = samples.get(index).image();
        return image.shard() + "!" + image.name();
    }

    @Override
    public byte[] content(int index) {
        return bytes(samples.get(index).image());
    }
}
