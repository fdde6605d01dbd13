package io.laptopdiff.messaging.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.CharConversionException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.zip.ZipException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Tells a fault that may be gone the next time, such as a disk that refuses a write or a broker
 * that does not answer, from one of the request or its files, which is there every time. The type
 * of the exception, or of one that caused it, decides.
 */
final class TransientFaults {

    /** Input and output that fails for what is, or is not, in the files. */
    private static final List<Class<? extends IOException>> OF_THE_FILES =
            List.of(
                    NoSuchFileException.class,
                    FileNotFoundException.class,
                    AccessDeniedException.class,
                    NotDirectoryException.class,
                    FileSystemLoopException.class,
                    EOFException.class,
                    CharacterCodingException.class,
                    CharConversionException.class,
                    UTFDataFormatException.class,
                    JsonProcessingException.class,
                    ZipException.class);

    /** Causes may form a circle. */
    private static final int MOST_CAUSES = 50;

    private TransientFaults() {}

    /** Whether trying the same again may help. */
    static boolean isTransient(Throwable thrown) {
        Throwable cause = thrown;
        for (int i = 0; i < MOST_CAUSES && cause != null; i++) {
            if (cause instanceof RetriableException) {
                return true;
            }
            if (cause instanceof IOException) {
                Throwable fault = cause;
                return OF_THE_FILES.stream().noneMatch(type -> type.isInstance(fault));
            }
            cause = cause.getCause();
        }
        return false;
    }
}
