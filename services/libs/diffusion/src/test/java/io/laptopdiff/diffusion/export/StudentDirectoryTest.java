package io.laptopdiff.diffusion.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.JsonFiles;
import io.laptopdiff.diffusion.checkpoint.StateDict;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudentDirectoryTest {

    private static final Path UNET = Path.of("src/test/resources/golden/unet/sd15-tiny");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path temp;

    @Test
    void shouldReadBackAPrunedStudentBitForBit() throws Exception {
        Set<String> removed =
                Set.of(
                        "down_blocks.0.resnets.1",
                        "up_blocks.0.resnets.2",
                        "mid_block.attentions.0.transformer_blocks.0");
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel teacher = UNet2DConditionModel.load(UNET, manager);
                UNet2DConditionModel student = teacher.prune(removed, manager)) {
            Path target = temp.resolve("student");
            StudentDirectory.write(pipeline(), student, target);
            StudentDirectory.write(pipeline(), student, target); // again: replaces
            shouldEqual(student, target, manager);
            assertThat(
                            JSON.readTree(target.resolve("model_index.json").toFile())
                                    .get("unet")
                                    .get(1)
                                    .asText())
                    .isEqualTo("PrunedUNet2DConditionModel");
            assertThat(target.resolve("unet/pruned_unet.py")).exists();
            assertThat(target.resolve("scheduler/scheduler_config.json")).exists();
            assertThat(target.resolve("vae/old.bin")).doesNotExist();
            try (var left = Files.list(temp)) {
                assertThat(left.map(path -> path.getFileName().toString()))
                        .containsExactlyInAnyOrder("student", "teacher");
            }
        }
    }

    @Test
    void shouldReadBackAHandcraftedStudentBitForBit() throws Exception {
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel teacher = UNet2DConditionModel.load(UNET, manager);
                UNet2DConditionModel student = HandcraftedUNet.BK_BASE.student(teacher, manager)) {
            Path target = temp.resolve("student");
            StudentDirectory.write(pipeline(), student, target);
            shouldEqual(student, target, manager);
            assertThat(target.resolve("unet/pruned_unet.py")).doesNotExist();
        }
    }

    /**
     * A service of another user reads it; the system's temporary files are for their owner only.
     */
    @Test
    void shouldLeaveFilesAsReadableAsAnyOther() throws Exception {
        assumeTrue(
                Files.getFileStore(temp).supportsFileAttributeView("posix"),
                "file systems without POSIX permissions have no umask");
        Path teacher = pipeline();
        Files.setPosixFilePermissions(
                teacher.resolve("scheduler/scheduler_config.json"),
                PosixFilePermissions.fromString("rw-------"));
        Set<PosixFilePermission> file =
                Files.getPosixFilePermissions(Files.createFile(temp.resolve("any")));
        Set<PosixFilePermission> directory =
                Files.getPosixFilePermissions(Files.createDirectory(temp.resolve("any-directory")));
        Path target = temp.resolve("student");
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel student = UNet2DConditionModel.load(UNET, manager)) {
            StudentDirectory.write(teacher, student, target);
        }
        try (var tree = Files.walk(target)) {
            for (Path path : tree.toList()) {
                assertThat(Files.getPosixFilePermissions(path))
                        .as(path.toString())
                        .isEqualTo(Files.isDirectory(path) ? directory : file);
            }
        }
    }

    /** As model caches lay them out; the single file at the top holds the teacher's own U-Net. */
    @Test
    void shouldCopyPartsThroughLinksAndNoSingleFileOfTheWholeModel() throws Exception {
        Path teacher = pipeline();
        Files.createDirectories(temp.resolve("blobs"));
        Files.move(teacher.resolve("scheduler"), temp.resolve("blobs/scheduler"));
        Files.createSymbolicLink(teacher.resolve("scheduler"), temp.resolve("blobs/scheduler"));
        Files.writeString(teacher.resolve("v1-5-pruned.safetensors"), "everything");
        Files.writeString(teacher.resolve("README.md"), "read me");
        Files.createDirectories(teacher.resolve(".git/lfs/objects/ab"));
        Files.writeString(teacher.resolve(".git/lfs/objects/ab/cd"), "all weights again");
        Path link = Files.createSymbolicLink(temp.resolve("link"), teacher);
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel student = UNet2DConditionModel.load(UNET, manager)) {
            Path target = temp.resolve("student");
            StudentDirectory.write(link, student, target);
            assertThat(target.resolve("scheduler/scheduler_config.json")).isRegularFile();
            assertThat(target.resolve("README.md")).isRegularFile();
            assertThat(target.resolve("v1-5-pruned.safetensors")).doesNotExist();
            assertThat(target.resolve(".git")).doesNotExist();
        }
    }

    @Test
    void shouldReadBackAStudentOfSlicedWeightsAsAPlainUNet() throws Exception {
        ObjectNode json = (ObjectNode) JSON.readTree(UNET.resolve("config.json").toFile());
        json.putArray("block_out_channels").add(16).add(32).add(48).add(64);
        json.put("attention_head_dim", 2).put("norm_num_groups", 8);
        UNetLayout layout = UNetLayout.of(UNetConfig.of(json, UNET));
        try (NDManager manager = NDManager.newBaseManager();
                UNet2DConditionModel teacher =
                        new UNet2DConditionModel(
                                layout, StateDict.random(layout.tensors(), 4, manager));
                UNet2DConditionModel student = HandcraftedUNet.BK_TINY.student(teacher, manager)) {
            Path target = temp.resolve("student");
            StudentDirectory.write(pipeline(), student, target);
            shouldEqual(student, target, manager);
            assertThat(target.resolve("unet/pruned_unet.py")).doesNotExist();
            assertThat(
                            JSON.readTree(target.resolve("unet/config.json").toFile())
                                    .get("_class_name")
                                    .textValue())
                    .isEqualTo("UNet2DConditionModel");
        }
    }

    private static void shouldEqual(UNet2DConditionModel student, Path target, NDManager manager) {
        try (UNet2DConditionModel read =
                UNet2DConditionModel.load(target.resolve("unet"), manager)) {
            assertThat(read.config().removedUnits()).isEqualTo(student.config().removedUnits());
            assertThat(read.weights().names()).isEqualTo(student.weights().names());
            for (String name : student.weights().names()) {
                assertThat(read.weights().get(name).toFloatArray())
                        .as(name)
                        .isEqualTo(student.weights().get(name).toFloatArray());
            }
        }
    }

    private Path pipeline() throws Exception {
        Path teacher = temp.resolve("teacher");
        ObjectNode index = JSON.createObjectNode().put("_class_name", "StableDiffusionPipeline");
        index.putArray("unet").add("diffusers").add("UNet2DConditionModel");
        JsonFiles.write(teacher.resolve("model_index.json"), index);
        JsonFiles.write(
                teacher.resolve("scheduler/scheduler_config.json"), JSON.createObjectNode());
        Files.createDirectories(teacher.resolve("vae"));
        Files.writeString(teacher.resolve("vae/old.bin"), "pickle");
        return teacher;
    }
}
