package io.laptopdiff.diffusion.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentDigestTest {
    @TempDir Path home;

    private static String of(Path model) {
        return new ContentDigest().addModels(model, List.of("unet", "vae")).hex();
    }

    private Path model(String name, String config, String weights) throws IOException {
        Path unet = Files.createDirectories(home.resolve(name).resolve("unet"));
        Files.writeString(unet.resolve("config.json"), config);
        Files.writeString(unet.resolve("model.safetensors"), weights);
        return home.resolve(name);
    }

    @Test
    void shouldNameContentWhereverItLies() throws IOException {
        String digest = of(model("a", "c", "w"));
        assertThat(of(model("b", "c", "w"))).isEqualTo(digest).hasSize(64);
        assertThat(of(model("c", "c", "v"))).isNotEqualTo(digest);
        assertThat(of(model("d", "cw", ""))).isNotEqualTo(digest);
    }

    @Test
    void shouldCountOnlyWhatModelsAreReadFrom() throws IOException {
        Path model = model("a", "c", "w");
        String digest = of(model);
        Files.writeString(model.resolve("unet/README.md"), "notes");
        Files.writeString(model.resolve("unet/pytorch_model.bin"), "pickle");
        assertThat(of(model)).isEqualTo(digest);
        Files.createDirectory(model.resolve("vae"));
        Files.writeString(model.resolve("vae/config.json"), "{}");
        assertThat(of(model)).isNotEqualTo(digest);
    }

    /** Model caches keep files elsewhere and link to them. */
    @Test
    void shouldFollowLinks() throws IOException {
        Path model = model("a", "c", "w");
        Path linked = Files.createDirectory(home.resolve("linked"));
        Files.createSymbolicLink(linked.resolve("unet"), model.resolve("unet"));
        assertThat(of(linked)).isEqualTo(of(model));
    }

    @Test
    void shouldTellListsApartThatLookAlikeWhenJoined() {
        assertThat(new ContentDigest().add("a").add("bc").name())
                .isNotEqualTo(new ContentDigest().add("ab").add("c").name())
                .hasSize(32);
    }
}
