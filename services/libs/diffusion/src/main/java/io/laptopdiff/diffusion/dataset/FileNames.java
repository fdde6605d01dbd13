package io.laptopdiff.diffusion.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Tells from the names of files in a data set which are pictures, and which captions belong to
 * them.
 */
final class FileNames {

    private static final List<String> CAPTIONS = List.of("txt", "caption", "json");

    private FileNames() {}

    /**
     * Returns what follows the last dot, in lower case; empty for hidden names and those without
     * dots.
     */
    static String ending(String name) {
        int dot = name.lastIndexOf('.');
        return isHidden(name) || dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    /**
     * Returns whether a file is hidden, such as those that file managers leave: {@code .DS_Store},
     * {@code ._0001.png}.
     */
    static boolean isHidden(String name) {
        return name.startsWith(".", name.lastIndexOf('/') + 1);
    }

    /**
     * Returns whether a program put a file into a directory of its own, which is no part of a data
     * set: {@code .ipynb_checkpoints/0001-checkpoint.png}, {@code .Trash-1000/files/0002.png}.
     *
     * @param name with slashes, from the data set's own directory on
     */
    static boolean isInHiddenDirectory(String name) {
        int last = name.lastIndexOf('/');
        for (String part : name.substring(0, Math.max(0, last)).split("/")) {
            if (part.startsWith(".") && !part.equals(".") && !part.equals("..")) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a file lies in a hidden directory below the data set's own. */
    static boolean isInHiddenDirectory(Path file, Path directory) {
        Path name = directory.relativize(file);
        for (Path part = name.getParent(); part != null; part = part.getParent()) {
            if (isHidden(part.getFileName().toString())) {
                return true;
            }
        }
        return false;
    }

    static boolean isPicture(String name) {
        return StoredImage.ENDINGS.contains(ending(name));
    }

    /** Returns whether a file is a picture in a format that is not decoded. */
    static boolean isOtherPicture(String name) {
        return StoredImage.OTHER_ENDINGS.contains(ending(name));
    }

    static boolean isCaption(String name) {
        return CAPTIONS.contains(ending(name));
    }

    static boolean isJson(String name) {
        return ending(name).equals("json");
    }

    /**
     * Returns the name with its ending in lower case, so that {@code 1.TXT} is found as {@code
     * 1.txt}.
     */
    static String normal(String name) {
        String ending = ending(name);
        return name.substring(0, name.length() - ending.length()) + ending;
    }

    /**
     * Returns the files that may hold the caption of a picture, the likeliest first: {@code
     * 1.png.txt}, {@code 1.txt}, {@code 1.png.caption}, {@code 1.caption}, {@code 1.png.json},
     * {@code 1.json}.
     */
    static List<String> captionsOf(String picture) {
        String stem = picture.substring(0, picture.lastIndexOf('.'));
        return CAPTIONS.stream()
                .flatMap(ending -> Stream.of(picture + "." + ending, stem + "." + ending))
                .toList();
    }

    /**
     * Returns the files that may hold the caption of a sample in a tar file, whose image has any
     * name: {@code 1.txt} and so on.
     */
    static List<String> captionsOfKey(String key) {
        return CAPTIONS.stream().map(ending -> key + "." + ending).toList();
    }
}
