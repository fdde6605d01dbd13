package io.laptopdiff.standalone.start;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Java names files in the encoding of the locale. Where that is ASCII, as with {@code LC_ALL=C}, it
 * cannot open a file whose name has any other letter, and says nothing that would tell why.
 */
public final class LocaleCheck {

    private static final char UNKNOWN = '\uFFFD'; // what bytes become that the encoding has not
    private static final String REMEDY =
            "start it with LC_ALL=C.UTF-8 (or another UTF-8 locale) in the environment";

    private final Charset encoding;

    LocaleCheck(Charset encoding) {
        this.encoding = encoding;
    }

    /** Returns the check of this process. */
    private static LocaleCheck own() {
        String name = System.getProperty("sun.jnu.encoding", "UTF-8");
        return new LocaleCheck(
                Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8);
    }

    /**
     * Looks at what a command is given.
     *
     * @throws UnusablePathException if an argument has letters that the locale has not
     */
    public static void require(String... arguments) {
        for (String argument : arguments) {
            own().require(argument);
        }
    }

    /**
     * Looks at the names of the files that lie in a directory itself.
     *
     * @param option that named it
     * @param path null, or a path that need not exist
     * @throws UnusablePathException if a name has letters that the locale has not
     */
    public static void requireReadable(String option, Path path) {
        LocaleCheck own = own();
        if (path == null || own.isUnicode() || !Files.isDirectory(path)) {
            return;
        }
        try (Stream<Path> files = Files.list(path)) {
            files.map(file -> file.getFileName().toString())
                    .filter(own::isUnknown)
                    .findFirst()
                    .ifPresent(
                            name -> {
                                throw own.refuse(option + ": a file in " + path);
                            });
        } catch (IOException e) {
            throw new UnusablePathException(
                    option + ": " + path + " cannot be listed: " + e.getMessage(), e);
        }
    }

    void require(String argument) {
        if (!isUnicode() && isUnknown(argument)) {
            throw refuse("the argument '" + argument + "'");
        }
    }

    private boolean isUnicode() {
        return encoding.equals(StandardCharsets.UTF_8);
    }

    private boolean isUnknown(String text) {
        return text.indexOf(UNKNOWN) >= 0 || !encoding.newEncoder().canEncode(text);
    }

    private UnusablePathException refuse(String what) {
        return new UnusablePathException(
                what
                        + " has letters that the locale's encoding, "
                        + encoding.name()
                        + ", does not have; "
                        + REMEDY,
                null);
    }
}
