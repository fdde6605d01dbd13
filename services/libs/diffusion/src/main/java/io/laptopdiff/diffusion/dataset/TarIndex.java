package io.laptopdiff.diffusion.dataset;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * Sorts out what the entries of a tar file are. As webdataset has it, those whose names are the
 * same up to the first dot of the last part are one sample: {@code 17.jpg}, {@code 17.txt}, {@code
 * 17.cls}. Where that gives no image, names go up to their last dot: {@code scene_4.5.png} and
 * {@code scene_4.5.txt}.
 */
final class TarIndex {

    /** An image and what it shows. */
    record Sample(TarSlice image, String caption) {}

    private final Path shard;
    private static final int BLOCK_BYTES = 512;
    private static final int CHUNK_BYTES = 1 << 16;

    private final Map<String, TarSlice> pictures = new LinkedHashMap<>(); // by name
    private final Map<String, TarSlice> captions = new LinkedHashMap<>(); // by normal name
    private final Map<String, List<TarSlice>> picturesOfKey = new HashMap<>();
    private final Set<String> keysWithPlainPicture = new HashSet<>();
    private final Set<String> belonging = new HashSet<>(); // normal names of captions
    private final List<String> fields = new ArrayList<>(); // such as 17.cls
    private final List<String> others = new ArrayList<>();
    private final List<Sample> samples = new ArrayList<>();
    private final List<LeftOut> leftOut = new ArrayList<>();

    private TarIndex(Path shard) {
        this.shard = shard;
    }

    /**
     * Reads all headers and captions.
     *
     * @throws DatasetException if it is no tar file, or a caption is not text
     */
    static TarIndex of(Path shard) {
        TarIndex index = new TarIndex(shard);
        index.readEntries(GzippedTar.isGzipped(shard) ? GzippedTar.unpacked(shard) : shard);
        index.pairUp();
        return index;
    }

    private void readEntries(Path file) {
        try (TarFile tar = new TarFile(file)) {
            long size = Files.size(file);
            requireEnd(file, tar.getEntries());
            for (TarArchiveEntry entry : tar.getEntries()) {
                if (entry.isDirectory()) {
                    continue;
                }
                if (entry.getDataOffset() + entry.getSize() > size) {
                    throw new EOFException("it ends within " + entry.getName());
                }
                sort(
                        new TarSlice(
                                shard,
                                file,
                                entry.getName(),
                                entry.getDataOffset(),
                                entry.getSize()),
                        entry.isFile()
                                && !entry.isSparse()
                                && !entry.isLink()
                                && !entry.isSymbolicLink());
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new DatasetException(
                    "The tar file cannot be read: " + e.getMessage(),
                    shard,
                    "Copy or pack it again, without compression or as .tar.gz (files that were"
                            + " appended to each other unpack with tar --ignore-zeros); where it is a Git"
                            + " LFS pointer of some hundred bytes, fetch it with git lfs pull.");
        }
    }

    /**
     * Refuses a file where anything but zeros follows the last entry. Of files that were appended
     * to each other, and of one that was cut off within a header, tar itself reads the beginning
     * and says nothing.
     */
    private static void requireEnd(Path file, List<TarArchiveEntry> entries) throws IOException {
        long end = 0;
        for (TarArchiveEntry entry : entries) {
            long blocks = (entry.getSize() + BLOCK_BYTES - 1) / BLOCK_BYTES;
            end = Math.max(end, entry.getDataOffset() + blocks * BLOCK_BYTES);
        }
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
            for (long at = end; channel.read(chunk.clear(), at) > 0; at += chunk.limit()) {
                chunk.flip();
                while (chunk.hasRemaining()) {
                    if (chunk.get() != 0) {
                        throw new EOFException(
                                "after the last entry, from byte "
                                        + end
                                        + " on, it holds more: the start of an entry that is cut"
                                        + " off, or another tar file that was appended");
                    }
                }
            }
        }
    }

    /** Sorts an entry; a name that comes again replaces what it was, as in every tar file. */
    private void sort(TarSlice entry, boolean stored) {
        String name = entry.name();
        if (FileNames.isInHiddenDirectory(name)) {
            others.add(name);
        } else if (FileNames.isOtherPicture(name)) {
            leftOut.add(LeftOut.undecoded(entry.where()));
        } else if (FileNames.isPicture(name) && !stored) {
            leftOut.add(
                    new LeftOut(
                            entry.where(),
                            Unusable.UNSUPPORTED,
                            "The entry is a link or sparse; pack it with tar"
                                    + " --hard-dereference --dereference"));
        } else if (FileNames.isPicture(name)) {
            pictures.put(name, entry);
        } else if (FileNames.isCaption(name) && stored) {
            captions.put(FileNames.normal(name), entry);
        } else {
            fields.add(name);
        }
    }

    private void pairUp() {
        for (TarSlice picture : pictures.values()) {
            String key = key(picture.name());
            picturesOfKey.computeIfAbsent(key, any -> new ArrayList<>()).add(picture);
            if (isPlain(picture)) {
                keysWithPlainPicture.add(key);
            }
        }
        Set<String> taken = new HashSet<>();
        for (TarSlice picture : pictures.values()) {
            String key = key(picture.name());
            if (isPlain(picture) && !taken.add(key)) {
                others.add(picture.name()); // 17.png after 17.jpg: one sample has one image
                continue;
            }
            Caption caption = caption(picture, key);
            if (caption.text() != null) {
                samples.add(new Sample(picture, caption.text()));
            } else if (!isPlain(picture) && keysWithPlainPicture.contains(key)) {
                others.add(picture.name()); // 17.seg.png beside 17.png
            } else {
                leftOut.add(new LeftOut(picture.where(), Unusable.NO_CAPTION, caption.missing()));
            }
        }
        fields.stream().filter(name -> !picturesOfKey.containsKey(key(name))).forEach(others::add);
        captions.forEach(
                (name, entry) -> {
                    if (!belonging.contains(name) && !keysWithPlainPicture.contains(key(name))) {
                        others.add(entry.name());
                    }
                });
    }

    private Caption caption(TarSlice picture, String key) {
        List<String> names = new ArrayList<>(FileNames.captionsOf(picture.name()));
        if (picturesOfKey.get(key).size() == 1) {
            names.addAll(FileNames.captionsOfKey(key)); // of 17.image.png alone: 17.txt
        }
        belonging.addAll(names);
        return Caption.first(names.stream().map(captions::get).filter(Objects::nonNull).toList());
    }

    private static boolean isPlain(TarSlice picture) {
        String name = picture.name();
        return name.lastIndexOf('.') == key(name).length();
    }

    /** Returns the name up to the first dot of its last part; all of it without one. */
    private static String key(String name) {
        int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
        return dot < 0 ? name : name.substring(0, dot);
    }

    List<Sample> samples() {
        return samples;
    }

    List<LeftOut> leftOut() {
        return leftOut;
    }

    OtherFiles others() {
        return OtherFiles.of(others);
    }
}
