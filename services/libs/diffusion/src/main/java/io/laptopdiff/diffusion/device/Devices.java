package io.laptopdiff.diffusion.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices that this process computes on, in the words of {@value #OPTION}:
 *
 * <ul>
 *   <li>{@code auto}: the first GPU if the engine sees any, else the CPU;
 *   <li>{@code cpu};
 *   <li>{@code gpu:N}: one GPU, counted from 0;
 *   <li>{@code all}: every GPU;
 *   <li>several with commas, such as {@code gpu:0,gpu:2}. {@code cpu,cpu} is two devices on one
 *       processor: slower than one, to try out what several would do.
 * </ul>
 */
public final class Devices {
    private static final Logger LOG = LoggerFactory.getLogger(Devices.class);

    static {
        NativeSettings.apply();
    }

    /** The name of the configuration property. */
    public static final String OPTION = "laptopdiff.device";

    /** The default value of {@link #OPTION}. */
    public static final String AUTO = "auto";

    static final String ENGINE = "PyTorch";
    private static final Pattern GPU = Pattern.compile("gpu:(\\d{1,4})");
    private static final String WORDS =
            "Set it to auto, cpu, gpu:N, all, or several of cpu and gpu:N with commas between.";

    private final Supplier<List<Device>> found;
    private List<Device> all; // null until somebody asks

    private Devices(Supplier<List<Device>> found) {
        this.found = found;
    }

    /** Chooses the first GPU if there is one, else the CPU. */
    public static Devices auto() {
        return of(AUTO);
    }

    /** Takes given devices, in this order; one that comes twice is used twice. */
    public static Devices of(List<Device> devices) {
        if (devices.isEmpty()) {
            throw new IllegalArgumentException("no devices");
        }
        List<Device> all = List.copyOf(devices);
        return new Devices(() -> all);
    }

    /**
     * Chooses the devices that a setting names. The engine is loaded at once where GPUs are named,
     * otherwise when a device is first asked for.
     *
     * @throws DeviceException if there is no such device
     */
    public static Devices of(String setting) {
        return of(setting, () -> Engine.getEngine(ENGINE).getGpuCount());
    }

    /**
     * @param gpus how many the engine sees
     */
    static Devices of(String setting, IntSupplier gpus) {
        String wanted = setting.strip().toLowerCase(Locale.ROOT);
        if (wanted.equals(AUTO)) {
            return new Devices(() -> List.of(gpus.getAsInt() > 0 ? Device.gpu(0) : Device.cpu()));
        }
        if (wanted.equals("all")) {
            return of(everyGpu(gpus.getAsInt()));
        }
        List<Device> devices = new ArrayList<>();
        for (String word : wanted.split(",", -1)) {
            devices.add(device(word.strip(), setting, gpus));
        }
        return of(devices);
    }

    private static List<Device> everyGpu(int count) {
        if (count == 0) {
            throw new DeviceException(
                    "All GPUs are asked for, and the engine sees none",
                    OPTION + " = all",
                    seeing());
        }
        return IntStream.range(0, count).mapToObj(Device::gpu).toList();
    }

    private static Device device(String word, String setting, IntSupplier gpus) {
        if (word.equals("cpu")) {
            return Device.cpu();
        }
        Matcher gpu = GPU.matcher(word);
        if (!gpu.matches()) {
            throw new DeviceException(
                    "'" + word + "' is no device", OPTION + " = " + setting, WORDS);
        }
        int number = Integer.parseInt(gpu.group(1));
        int count = gpus.getAsInt();
        if (number >= count) {
            throw new DeviceException(
                    count == 0
                            ? "There is no GPU " + number + ": the engine sees none"
                            : "There is no GPU %d: the engine sees %d, from gpu:0 to gpu:%d"
                                    .formatted(number, count, count - 1),
                    OPTION + " = " + setting,
                    count == 0 ? seeing() : "Name one of these, or all.");
        }
        return Device.gpu(number);
    }

    private static String seeing() {
        return "Give the process a GPU and a PyTorch library for CUDA (docs/guides/devices.md), or set it to cpu.";
    }

    /** Returns the devices that share one work, at least one. */
    public synchronized List<Device> all() {
        if (all == null) {
            all = found.get();
        }
        return all;
    }

    /** Returns the device that leads, or that works alone. */
    public Device first() {
        return all().get(0);
    }

    /**
     * Returns the first of several devices, with a line in the log that says so, for work that is
     * spread over replicas of a service.
     *
     * @param work what it is, for the log
     */
    public Devices onlyFirst(String work) {
        return new Devices(
                () -> {
                    if (all().size() > 1) {
                        LOG.info(
                                "one device a process work={} device={} unused={}"
                                        + " advice=\"start a process per GPU with {}=gpu:N\"",
                                work,
                                name(first()),
                                all().size() - 1,
                                OPTION);
                    }
                    return List.of(first());
                });
    }

    /** Makes a manager on the first device; the caller closes it. */
    public NDManager newManager() {
        return NDManager.newBaseManager(first(), ENGINE);
    }

    /**
     * Makes a manager for what needs no speed, such as checking files: on the CPU, and so in
     * nobody's way.
     */
    public static NDManager newCpuManager() {
        return NDManager.newBaseManager(Device.cpu(), ENGINE);
    }

    /** Returns "cpu" or "gpu0", as events name a device. */
    public static String name(Device device) {
        return device.isGpu() ? "gpu" + device.getDeviceId() : device.getDeviceType();
    }

    /** Returns the names of all devices, such as "gpu0+gpu1". */
    @Override
    public String toString() {
        return all().stream().map(Devices::name).collect(Collectors.joining("+"));
    }
}
