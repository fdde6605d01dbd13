package io.laptopdiff.layerscoring.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.json.Json;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.testing.TinyClip;
import io.laptopdiff.diffusion.torchscript.TorchScriptFile;
import io.laptopdiff.estimation.check.Finding;
import io.laptopdiff.layerscoring.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationCheckTest {

    @TempDir private static Path home;
    private static TinyRun run;

    @BeforeAll
    static void writeTheModels() throws IOException {
        run = TinyRun.in(home);
    }

    private static void check(Path scorer, Path list, Path inception) {
        ObjectNode request = (ObjectNode) Json.tree(run.spec());
        ObjectNode evaluation = (ObjectNode) request.get("evaluation");
        evaluation.put("scorer", scorer.toString());
        evaluation.put("promptList", list == null ? null : list.toString());
        evaluation.put("inception", inception == null ? null : inception.toString());
        Checks.fetching().check(Json.read(request, RunSpec.class));
    }

    @Test
    void shouldPassASoundScorerAndList() throws IOException {
        Path list = Files.writeString(home.resolve("list.txt"), "a red circle");
        Path scorer = home.resolve("scorer");

        assertThatCode(() -> check(scorer, list, scorer)).doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseADirectoryThatIsNoClipModel() {
        Path text = run.teacher().resolve("text_encoder");

        assertThatThrownBy(() -> check(text, null, null))
                .hasMessageContaining("model_type")
                .hasMessageContaining(text.toString());
    }

    /** Units are scored by the scorer alone; nothing else of the evaluation is looked at. */
    @Test
    void shouldReadTheScorerOfPlansThatGoByItAndNothingElse() {
        ObjectNode request = (ObjectNode) Json.tree(run.spec());
        request.put("planOnly", true);
        ((ObjectNode) request.get("scoring"))
                .putArray("criteria")
                .add("output-loss")
                .add("clip-score");
        ObjectNode evaluation = (ObjectNode) request.get("evaluation");
        evaluation.put("promptList", "/no/list.txt").put("dataset", "/no/images");
        RunSpec sound = Json.read(request, RunSpec.class);
        assertThat(Checks.fetching().findings(sound)).isEmpty();
        assertThatCode(() -> new WeightsCheck(Artifacts.ofFiles()).check(sound))
                .doesNotThrowAnyException();

        evaluation.put("scorer", "/no/clip");
        assertThat(Checks.fetching().findings(Json.read(request, RunSpec.class)))
                .extracting(Finding::field)
                .containsExactly("evaluation.scorer");
    }

    @Test
    void shouldRefuseAnEmptyListByFileAndLine() throws IOException {
        Path list = Files.writeString(home.resolve("empty.txt"), "\n");

        assertThatThrownBy(() -> check(home.resolve("scorer"), list, null))
                .hasMessageContaining("empty.txt:1");
    }

    @Test
    void shouldRefuseAnInceptionThatIsNoTorchScript() throws IOException {
        Path words = Files.writeString(home.resolve("words.pt"), "words");

        assertThatThrownBy(() -> check(home.resolve("scorer"), null, words))
                .hasMessageContaining("words.pt");
    }

    /** The evaluation would find it, after the whole distillation. */
    @Test
    void shouldRefuseAnInceptionWhoseDownloadBrokeOff() throws IOException {
        Path whole = home.resolve("whole.pt");
        TorchScriptFile.write(whole, "x: Tensor", "return torch.mean(torch.to(x, 6), [2, 3])");
        assertThatCode(() -> check(home.resolve("scorer"), null, whole)).doesNotThrowAnyException();
        byte[] content = Files.readAllBytes(whole);
        Path half =
                Files.write(
                        home.resolve("half.pt"), Arrays.copyOf(content, content.length * 3 / 4));

        assertThatThrownBy(() -> check(home.resolve("scorer"), null, half))
                .hasMessageContaining("half.pt")
                .hasMessageContaining("broken-off download");
    }

    @Test
    void shouldReadTheImageProcessorOfAnInceptionThatIsAClipModel() throws IOException {
        Path clip = home.resolve("clip");
        TinyClip.write(clip, run.teacher().resolve("tokenizer"), 4);
        assertThatCode(() -> check(home.resolve("scorer"), null, clip)).doesNotThrowAnyException();
        Files.writeString(clip.resolve("preprocessor_config.json"), "{");

        assertThatThrownBy(() -> check(home.resolve("scorer"), null, clip))
                .hasMessageContaining("preprocessor_config.json");
    }
}
