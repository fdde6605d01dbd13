package io.laptopdiff.diffusion.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * transformers' {@code CLIPImageProcessor}: scales the shorter side bicubically with antialiasing,
 * cuts the centre out and normalises.
 */
public final class ClipImageProcessor {

    private static final float[] OPENAI_MEAN = {0.48145466f, 0.4578275f, 0.40821073f};
    private static final float[] OPENAI_STD = {0.26862954f, 0.26130258f, 0.27577711f};
    private static final String ALONE = "preprocessor_config.json";
    private static final String TOGETHER = "processor_config.json";
    private static final String SECTION = "image_processor";
    private static final int BICUBIC = 3; // Pillow's number

    private static final Map<String, JsonNode> ONLY =
            Map.of(
                    "do_center_crop", BooleanNode.TRUE,
                    "do_normalize", BooleanNode.TRUE,
                    "do_rescale", BooleanNode.TRUE,
                    "do_resize", BooleanNode.TRUE,
                    "resample", IntNode.valueOf(BICUBIC));

    private final int resizeTo;
    private final int cropTo;
    private final float[] mean;
    private final float[] std;

    private ClipImageProcessor(int resizeTo, int cropTo, float[] mean, float[] std) {
        this.resizeTo = resizeTo;
        this.cropTo = cropTo;
        this.mean = mean;
        this.std = std;
    }

    /**
     * The preprocessing of a model: {@code preprocessor_config.json} where the directory has one,
     * else the image processor's part of {@code processor_config.json}, as transformers 5 writes it
     * with a CLIPProcessor, else OpenAI's normalisation at the model's image size.
     *
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException naming the field that is
     *     unsupported
     */
    public static ClipImageProcessor load(Path directory, ClipConfig config) {
        int size = config.vision().imageSize();
        if (Files.exists(directory.resolve(ALONE))) {
            return of(ModelConfig.read(directory, ALONE), size);
        }
        if (Files.exists(directory.resolve(TOGETHER))) {
            ModelConfig together = ModelConfig.read(directory, TOGETHER);
            if (together.has(SECTION)) {
                return of(together.section(SECTION), size);
            }
        }
        return ofSize(size);
    }

    /**
     * Makes a processor with OpenAI's normalisation, for images of {@code size} by {@code size}
     * pixels.
     */
    public static ClipImageProcessor ofSize(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("Image size " + size + ": must be at least 1 pixel");
        }
        return new ClipImageProcessor(size, size, OPENAI_MEAN, OPENAI_STD);
    }

    private static ClipImageProcessor of(ModelConfig config, int imageSize) {
        config.requireOnly(ONLY);
        if (Math.abs(config.number("rescale_factor", 1 / 255.0) * 255 - 1) > 1e-6) {
            throw config.refuse("rescale_factor", "1 / 255");
        }
        int cropTo = side(config, "crop_size", List.of("height", "width"), imageSize);
        if (cropTo != imageSize) {
            throw config.refuse(
                    "crop_size", "the image_size of the model's config.json, " + imageSize);
        }
        return new ClipImageProcessor(
                side(config, "size", List.of("shortest_edge"), imageSize),
                cropTo,
                channels(config, "image_mean", OPENAI_MEAN),
                channels(config, "image_std", OPENAI_STD));
    }

    /** Reads a number, or an object whose named entries are all that number. */
    private static int side(ModelConfig config, String field, List<String> entries, int absent) {
        if (!config.has(field)) {
            return absent;
        }
        JsonNode node = config.node(field);
        JsonNode first = node.isObject() ? node.path(entries.get(0)) : node;
        boolean same =
                !node.isObject()
                        || entries.stream().allMatch(entry -> node.path(entry).equals(first));
        if (!first.isInt() || first.asInt() < 1 || !same) {
            throw config.refuse(field, "one positive number of pixels, alone or as " + entries);
        }
        return first.asInt();
    }

    private static float[] channels(ModelConfig config, String field, float[] absent) {
        if (!config.has(field)) {
            return absent;
        }
        JsonNode node = config.node(field);
        float[] values = new float[3];
        for (int i = 0; i < 3; i++) {
            if (node.size() != 3
                    || !node.get(i).isNumber()
                    || (field.equals("image_std") && node.get(i).asDouble() <= 0)) {
                throw config.refuse(field, "three numbers, of which a deviation is positive");
            }
            values[i] = (float) node.get(i).asDouble();
        }
        return values;
    }

    /** Returns the height and width of the results, in pixels. */
    public int size() {
        return cropTo;
    }

    /**
     * Turns images of any size into what the image tower takes.
     *
     * @return (images, 3, {@link #size}, {@link #size}), FLOAT32
     */
    public NDArray toPixels(List<BufferedImage> images, NDManager manager) {
        int area = cropTo * cropTo;
        float[] pixels = new float[images.size() * 3 * area];
        for (int n = 0; n < images.size(); n++) {
            byte[] rgb = resizeAndCrop(RgbImage.of(images.get(n))).rgb();
            for (int channel = 0; channel < 3; channel++) {
                for (int i = 0; i < area; i++) {
                    float value = (rgb[i * 3 + channel] & 0xFF) / 255f;
                    pixels[(n * 3 + channel) * area + i] = (value - mean[channel]) / std[channel];
                }
            }
        }
        return manager.create(pixels, new Shape(images.size(), 3, cropTo, cropTo));
    }

    RgbImage resizeAndCrop(RgbImage image) {
        int shorter = Math.min(image.width(), image.height());
        // The longer side is cut down to a whole number, as transformers does.
        int width = (int) ((long) resizeTo * image.width() / shorter);
        int height = (int) ((long) resizeTo * image.height() / shorter);
        return BicubicResize.resize(image, width, height).centre(cropTo);
    }
}
