package io.laptopdiff.diffusion.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchScriptFileTest {

    @TempDir Path home;

    private static float[] features(Path file) {
        try (NDManager manager = NDManager.newBaseManager();
                TorchScriptFile module = TorchScriptFile.load(file, Device.cpu())) {
            NDArray pixels =
                    manager.create(
                                    new float[] {1, 3, 0, 0, 0, 0, 5, 7, 0, 0, 255, 255},
                                    new Shape(2, 3, 1, 2))
                            .toType(DataType.UINT8, true);
            return module.features(pixels, manager).toFloatArray();
        }
    }

    @Test
    void shouldCallAModuleOfOneTensor() throws IOException {
        Path file = home.resolve("means.pt");
        TorchScriptFile.write(file, "x: Tensor", "return torch.mean(torch.to(x, 6), [2, 3])");

        assertThat(features(file)).containsExactly(new float[] {2, 0, 0, 6, 0, 255}, within(1e-5f));
    }

    @Test
    void shouldAskForFeaturesWhereAModuleOffersThem() throws IOException {
        Path file = home.resolve("inception.pt");
        TorchScriptFile.write(
                file,
                "x: Tensor,\n    return_features: bool=False",
                """
                if return_features:
                  y = torch.mean(torch.to(x, 6), [2, 3])
                else:
                  y = torch.to(x, 6)
                return y""");

        assertThat(features(file)).hasSize(6);
    }

    @Test
    void shouldRefuseWhatIsNoModule() throws IOException {
        Path words = Files.writeString(home.resolve("words.pt"), "words");
        Path zip = Files.write(home.resolve("zip.pt"), new byte[] {'P', 'K', 3, 4, 0, 0});

        assertThatThrownBy(() -> TorchScriptFile.verify(words))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("words.pt")
                .hasMessageContaining("no TorchScript archive");
        assertThatThrownBy(() -> TorchScriptFile.verify(zip))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("zip.pt");
    }
}
