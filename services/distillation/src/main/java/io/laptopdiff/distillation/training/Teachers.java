package io.laptopdiff.distillation.training;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.Precision;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.NativeHeap;
import io.laptopdiff.diffusion.unet.Bfloat16UNet;
import io.laptopdiff.diffusion.unet.UNet;
import io.laptopdiff.diffusion.unet.UNet2DConditionModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A teacher's U-Net: frozen on every device in the precision that is asked for, and in full where
 * students are cut from it. Each is read when it is first needed, so that a bfloat16 teacher is not
 * in memory beside the full weights while the student is cut.
 */
final class Teachers implements AutoCloseable {

    private final Path directory;
    private final Precision precision;
    private final List<NDManager> managers = new ArrayList<>();
    private final List<UNet> frozen = new ArrayList<>();
    private final NDManager owner;

    /**
     * @param directory of the U-Net
     * @param devices each gets a copy
     * @param parent on the first device; the weights live in sub-managers of it
     */
    Teachers(Path directory, Precision precision, Devices devices, NDManager parent) {
        this.directory = directory;
        this.precision = precision;
        this.owner = parent.newSubManager();
        for (Device device : devices.all()) {
            managers.add(owner.newSubManager(device));
            frozen.add(null);
        }
    }

    /** Returns how many devices there are. */
    int devices() {
        return managers.size();
    }

    /** Returns the manager of a device, for what lives as long as the teachers. */
    NDManager manager(int device) {
        return managers.get(device);
    }

    /**
     * The frozen teacher on a device.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming file, and field or
     *     tensor
     */
    UNet on(int device) {
        if (frozen.get(device) == null) {
            NDManager manager = managers.get(device);
            frozen.set(
                    device,
                    precision == Precision.BF16
                            ? Bfloat16UNet.load(directory, manager)
                            : UNet2DConditionModel.load(directory, manager));
            NativeHeap.trim();
        }
        return frozen.get(device);
    }

    /**
     * A student with the teacher's full weights of what stays, on the first device.
     *
     * @param parent the student's weights live in a sub-manager of it
     * @throws io.laptopdiff.contracts.StageException if the plan does not fit the teacher
     */
    UNet2DConditionModel student(PruningPlan plan, NDManager parent) {
        if (precision == Precision.FP32) {
            return Students.of(plan, (UNet2DConditionModel) on(0), parent);
        }
        try (UNet2DConditionModel full = UNet2DConditionModel.load(directory, owner)) {
            return Students.of(plan, full, parent);
        } finally {
            NativeHeap.trim();
        }
    }

    /**
     * The parameters of a plan's student.
     *
     * @throws io.laptopdiff.contracts.StageException if the plan does not fit the teacher
     */
    long check(PruningPlan plan) {
        try (UNet2DConditionModel student = student(plan, owner)) {
            return student.parameters();
        }
    }

    @Override
    public void close() {
        for (UNet teacher : frozen) {
            if (teacher != null) {
                teacher.close();
            }
        }
        owner.close();
    }
}
