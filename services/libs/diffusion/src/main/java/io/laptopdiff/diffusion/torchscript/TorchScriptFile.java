package io.laptopdiff.diffusion.torchscript;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * A module in a TorchScript file, such as the Inception network that FID is published with: one
 * tensor in, one out.
 */
public final class TorchScriptFile implements AutoCloseable {

    private static final byte[] ZIP = {'P', 'K', 3, 4};

    /**
     * The name of a file that torch.jit.save writes into every archive, and torch.save into none.
     */
    private static final String CONSTANTS = "constants.pkl";

    private final Path file;
    private final Model model;
    private final PtSymbolBlock block;

    private TorchScriptFile(Path file, Model model) {
        this.file = file;
        this.model = model;
        this.block = (PtSymbolBlock) model.getBlock();
    }

    /**
     * Loads a file to the device that models compute on.
     *
     * @throws CheckpointException if it is not a TorchScript archive
     */
    public static TorchScriptFile load(Path file, Device device) {
        verify(file);
        Model model = Model.newInstance("torchscript", device, "PyTorch");
        try (InputStream in = Files.newInputStream(file)) {
            model.load(in);
            return new TorchScriptFile(file, model);
        } catch (IOException | MalformedModelException | RuntimeException e) {
            model.close();
            throw refusal(file, "The file is no TorchScript module: " + firstLine(e));
        }
    }

    /**
     * Sees that there is a whole archive with a module in it, without loading it.
     *
     * @throws CheckpointException if there is none
     */
    public static void verify(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            if (!Arrays.equals(in.readNBytes(ZIP.length), ZIP)) {
                throw refusal(file, "The file is no TorchScript archive, which is a zip file");
            }
        } catch (IOException e) {
            throw refusal(file, "The file cannot be read: " + e.getMessage());
        }
        try (ZipFile archive = ZipFile.builder().setPath(file).get()) {
            if (Collections.list(archive.getEntries()).stream()
                    .noneMatch(entry -> entry.getName().endsWith(CONSTANTS))) {
                throw refusal(
                        file,
                        "The archive holds no TorchScript module; torch.save writes weights alone,"
                                + " without the network");
            }
        } catch (IOException e) {
            throw refusal(
                    file,
                    "The file begins as a TorchScript archive and does not end as one, as after a"
                            + " broken-off download: "
                            + e.getMessage());
        }
    }

    /**
     * Writes a function as a TorchScript file.
     *
     * @param signature arguments of {@code forward}, e.g. {@code "x: Tensor"}
     * @param body TorchScript statements; the last one returns a tensor
     */
    public static void write(Path file, String signature, String body) throws IOException {
        Files.write(
                file,
                TorchScriptArchive.of("", TorchScriptFunction.source(signature, "Tensor", body)));
    }

    /**
     * Computes the features of pictures. A module whose {@code forward} takes a second argument
     * gets {@code True} for it: that is {@code return_features} of the Inception file that
     * StyleGAN's authors published.
     *
     * @param input any shape that the module takes
     * @return what it returns, in the manager
     * @throws CheckpointException if the module does not take the input
     */
    public NDArray features(NDArray input, NDManager manager) {
        try {
            return call(input, manager, true);
        } catch (EngineException e) {
            if (!String.valueOf(e.getMessage()).contains("argument")) {
                throw refusal(file, "The module fails: " + firstLine(e));
            }
        }
        try {
            return call(input, manager, false);
        } catch (EngineException | UnsupportedOperationException e) {
            throw refusal(file, "The module fails: " + firstLine(e));
        }
    }

    private NDArray call(NDArray input, NDManager manager, boolean asFeatures) {
        GradientTape.settleThread();
        try (IValue tensor = IValue.from((PtNDArray) input);
                IValue yes = asFeatures ? IValue.from(true) : null;
                IValue result = asFeatures ? block.forward(tensor, yes) : block.forward(tensor)) {
            return result.toTensor((PtNDManager) manager);
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no further text");
    }

    private static CheckpointException refusal(Path file, String what) {
        return new CheckpointException(
                what,
                file.toString(),
                "Give a file that torch.jit.save wrote, whose forward takes pictures as (B, 3, H, W)"
                        + " bytes and returns (B, D) features; or a CLIP model's directory.");
    }

    @Override
    public void close() {
        model.close();
    }
}
