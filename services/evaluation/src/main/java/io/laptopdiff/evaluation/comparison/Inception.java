package io.laptopdiff.evaluation.comparison;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.torchscript.TorchScriptFile;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Features of a TorchScript module: it takes (B, 3, H, W) bytes from 0 to 255 and scales them
 * itself, as the Inception files of FID do.
 */
record Inception(TorchScriptFile module, Path file, NDManager parent) implements ImageFeatures {

    /** A TorchScript file, or the image tower of a CLIP model's directory. */
    static ImageFeatures load(String location, Artifacts artifacts, NDManager parent) {
        Path path = artifacts.local(location);
        return Files.isDirectory(path)
                ? ClipImages.load(path, parent)
                : new Inception(TorchScriptFile.load(path, parent.getDevice()), path, parent);
    }

    @Override
    public float[][] images(List<BufferedImage> images, Watcher watcher) {
        return Batches.rows(images, this::features, parent, watcher);
    }

    private NDArray features(List<BufferedImage> images, NDManager pass) {
        int width = images.get(0).getWidth();
        int height = images.get(0).getHeight();
        int area = width * height;
        ByteBuffer pixels = ByteBuffer.allocateDirect(images.size() * 3 * area);
        for (int n = 0; n < images.size(); n++) {
            int[] packed = images.get(n).getRGB(0, 0, width, height, null, 0, width);
            for (int i = 0; i < area; i++) {
                for (int channel = 0; channel < 3; channel++) {
                    int value = packed[i] >> (8 * (2 - channel));
                    pixels.put((n * 3 + channel) * area + i, (byte) value);
                }
            }
        }
        Shape shape = new Shape(images.size(), 3, height, width);
        NDArray features =
                module.features(pass.create(pixels, shape, DataType.UINT8), pass)
                        .toType(DataType.FLOAT32, false);
        if (features.getShape().dimension() < 2 || features.getShape().get(0) != images.size()) {
            throw new CheckpointException(
                    "The module turns " + shape + " into " + features.getShape(),
                    file.toString(),
                    "Give a module that returns one row of features for each picture.");
        }
        return features;
    }

    @Override
    public void close() {
        module.close();
    }
}
