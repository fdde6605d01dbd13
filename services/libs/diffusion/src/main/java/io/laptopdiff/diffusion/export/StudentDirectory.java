package io.laptopdiff.diffusion.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.common.WholeFiles;
import io.laptopdiff.diffusion.checkpoint.CheckpointCopy;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.JsonFiles;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import io.laptopdiff.diffusion.checkpoint.TensorType;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Writes a student as a whole diffusers pipeline directory: the teacher's other components are
 * copied, {@code unet/} is replaced. A U-Net with removed units comes with the small Python class
 * that diffusers loads with {@code trust_remote_code=True}; a handcrafted one is a plain {@code
 * UNet2DConditionModel}.
 */
public final class StudentDirectory {

    private static final String CLASS = "PrunedUNet2DConditionModel";
    private static final String MODULE = "pruned_unet";

    private StudentDirectory() {}

    /**
     * Writes the directory whole or not at all.
     *
     * @param teacher pipeline directory of the teacher, with {@code model_index.json}
     * @param student the pruned U-Net
     * @param target replaced if it exists
     * @throws IOException if the disk refuses
     * @throws CheckpointException if the teacher is no pipeline directory
     */
    public static void write(Path teacher, UNet2DConditionModel student, Path target)
            throws IOException {
        WholeFiles.writeDirectory(target, part -> fill(teacher, student, part));
    }

    /**
     * Writes the files into a directory that is empty, for callers that make it appear as a whole
     * themselves.
     *
     * @throws IOException if the disk refuses
     * @throws CheckpointException if the teacher is no pipeline directory
     */
    public static void fill(Path teacher, UNet2DConditionModel student, Path directory)
            throws IOException {
        ObjectNode index = ModelConfig.read(teacher, "model_index.json").json();
        copyComponents(teacher, directory);
        Path unet = directory.resolve("unet");
        student.write(unet, TensorType.F32);
        if (!student.config().removedUnits().isEmpty()) {
            addPythonClass(unet, student.config());
            index.putArray("unet").add(MODULE).add(CLASS);
        }
        JsonFiles.write(directory.resolve("model_index.json"), index);
    }

    private static void addPythonClass(Path unet, UNetConfig config) throws IOException {
        try (InputStream python = StudentDirectory.class.getResourceAsStream(MODULE + ".py")) {
            Files.copy(python, unet.resolve(MODULE + ".py"));
        }
        ObjectNode json = config.json().deepCopy();
        json.put("_class_name", CLASS);
        JsonFiles.write(unet.resolve("config.json"), json);
    }

    private static void copyComponents(Path teacher, Path target) throws IOException {
        // Model caches are made of links.
        try (Stream<Path> files = Files.walk(teacher, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path relative = teacher.relativize(file);
                if (!relative.startsWith("unet")
                        && !isHidden(relative)
                        && !isPickle(relative)
                        && !isWholeModel(relative)) {
                    Path copy = target.resolve(relative.toString());
                    Files.createDirectories(copy.getParent());
                    CheckpointCopy.copy(file, copy);
                }
            }
        }
    }

    /**
     * Returns whether a file holds all parts and lies beside them: the teacher's U-Net in it is no
     * part of a student.
     */
    private static boolean isWholeModel(Path file) {
        return file.getNameCount() == 1 && file.toString().endsWith(".safetensors");
    }

    /**
     * Returns whether a file of a teacher stays behind for its name: a clone's {@code .git} holds
     * all weights again, and downloads leave {@code .cache}.
     *
     * @param file from the teacher's directory on
     */
    public static boolean isHidden(Path file) {
        for (Path part : file) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPickle(Path file) {
        String name = file.getFileName().toString();
        return Stream.of(".bin", ".ckpt", ".pt", ".pth").anyMatch(name::endsWith);
    }
}
