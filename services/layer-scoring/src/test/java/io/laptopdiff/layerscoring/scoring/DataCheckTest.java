package io.laptopdiff.layerscoring.scoring;

import static io.laptopdiff.layerscoring.scoring.Checks.assertTells;
import static io.laptopdiff.layerscoring.scoring.Checks.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.MessageJson;
import io.laptopdiff.contracts.RunRequested;
import io.laptopdiff.contracts.run.RunSpec;
import io.laptopdiff.diffusion.testing.TinyTeacher;
import io.laptopdiff.estimation.check.Finding;
import io.laptopdiff.estimation.check.RunCheck;
import io.laptopdiff.layerscoring.TinyRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the check of a run to what it says of prompts and data sets. */
class DataCheckTest {

    @TempDir private Path home;
    private TinyRun run;

    @BeforeEach
    void makeARunThatIsFine() throws IOException {
        run = TinyRun.in(home);
    }

    private RunSpec prompted(String list, Map<String, ?> drawing) {
        Map<String, Object> calibration = new HashMap<>();
        calibration.put("dataset", null);
        calibration.put("prompts", list);
        calibration.put("drawing", drawing);
        return run.with(calibration);
    }

    @Test
    void shouldReadThePromptsThatTheTeacherShallDraw() throws IOException {
        Path list = home.resolve("prompts.txt");
        assertTells(refusal(prompted(list.toString(), null)), "nothing lies", "prompts.txt", "");
        Files.writeString(list, "\n \n");
        assertTells(refusal(prompted(list.toString(), null)), "empty", "prompts.txt", "prompt");
        Files.write(list, new byte[] {'a', '\n', (byte) 0xFF, '\n'});
        assertTells(
                refusal(prompted(list.toString(), null)), "not UTF-8", "prompts.txt:2", "UTF-8");
        Files.writeString(list, "a red picture\n");
        assertTells(
                refusal(prompted(list.toString(), Map.of("inferenceSteps", 1001))),
                "cannot draw in 1001 steps",
                "calibration.drawing.inferenceSteps",
                "fewer");
        Checks.fetching().check(prompted(list.toString(), Map.of("inferenceSteps", 3)));
    }

    @Test
    void shouldTellWhichDataSetIsNone() {
        assertTells(
                refusal(run.with(Map.of("dataset", home.toString()))),
                "no metadata.jsonl",
                home.toString(),
                "file_name");
    }

    @Test
    void shouldTellWhichHeldOutPictureCannotBeUsed() throws IOException {
        Path heldOut = home.resolve("held-out");
        TinyTeacher.writeImages(heldOut, 3, 2);
        Checks.fetching().check(run.withHeldOut(heldOut));
        Files.write(heldOut.resolve("000001.png"), new byte[9]);
        assertTells(
                refusal(run.withHeldOut(heldOut)),
                "1 of 3 images cannot be used",
                "000001.png",
                "remove it");
    }

    @Test
    void shouldAskForRemoteShardsWithoutFetchingThem() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        server.createContext(
                "/",
                exchange -> {
                    asked.add(exchange.getRequestURI().getPath());
                    boolean there = !exchange.getRequestURI().getPath().endsWith("-5.tar");
                    exchange.sendResponseHeaders(there ? 206 : 404, there ? 1 : -1);
                    exchange.getResponseBody().write(new byte[there ? 1 : 0]);
                    exchange.close();
                });
        server.start();
        String host = "http://127.0.0.1:" + server.getAddress().getPort();
        ArtifactStore store = new ArtifactStore(home.resolve("artifacts"));
        RunCheck check = RunCheck.fetching(Artifacts.of(store), store);
        try {
            check.check(run.withTraining(host + "/t-{0..3}.tar"));
            assertThat(asked).containsExactly("/t-0.tar", "/t-3.tar");
            assertThat(store.root()).doesNotExist();
            assertThatThrownBy(() -> check.check(run.withTraining(host + "/t-{0..5}.tar")))
                    .hasMessageContaining("404")
                    .hasMessageContaining("t-5.tar");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void shouldRefuseAHeldOutSetOfOnePicture() throws IOException {
        Path heldOut = home.resolve("held-out");
        TinyTeacher.writeImages(heldOut, 1, 2);
        assertTells(
                refusal(run.withHeldOut(heldOut)), "needs at least 2", "held-out", "Add images");
    }

    @Test
    void shouldRefuseImagesToLearnFromOfWhichNoneCanBeUsed() throws IOException {
        Path images = home.resolve("broken");
        TinyTeacher.writeImages(images, 2, 2);
        Files.write(images.resolve("000000.png"), new byte[9]);
        Checks.fetching().check(run.withTraining(images.toString()));
        Files.write(images.resolve("000001.png"), new byte[9]);
        assertTells(
                refusal(run.withTraining(images.toString())),
                "None of 2 images of it, of 2, can be used",
                "000000.png",
                "");
    }

    /** A gateway's dry run says it, too, though it contacts nobody. */
    @Test
    void shouldRefuseWhatCanNeverBeFetched() {
        ArtifactStore store = new ArtifactStore(home.resolve("artifacts"));
        RunCheck check = RunCheck.ofThisMachine(Artifacts.of(store), store);

        assertThat(check.findings(run.withHeldOut("https://localhost:1/held-out")))
                .extracting(Finding::text)
                .singleElement()
                .asString()
                .contains("evaluation.dataset", "those cannot be fetched", "fetch its files");
        assertThat(check.findings(run.withTraining("https://localhost:1/images.zip")))
                .extracting(Finding::text)
                .singleElement()
                .asString()
                .contains("distillation.dataset", "not the address of a .tar file");
        assertThat(check.findings(run.withTraining("s3://bucket/images.tar")))
                .extracting(Finding::text)
                .singleElement()
                .asString()
                .contains("distillation.dataset", "no source for the scheme 's3'");
        assertThat(check.findings(run.withTraining("https://localhost:1/{0..3}.tar"))).isEmpty();
    }

    /**
     * A retry of a retry that failed, after the images that the first run learned from are gone.
     */
    @Test
    void shouldNotAskARetryForWhatItsOriginHasMadeUseOf() {
        String gone = home.resolve("gone").toString();
        RunSpec origin = run.withTraining(gone);
        ArtifactStore store = new ArtifactStore(home.resolve("artifacts"));
        RunSpec first = origin.retry("origin", "ratio-0.5");
        RunSpec second = first.retry("first", "ratio-0.5");
        write(store, "origin", origin);
        write(store, "first", first);
        RunCheck check = RunCheck.fetching(Artifacts.ofFiles(), store);
        assertThat(check.findings(second))
                .extracting(Finding::field)
                .containsExactly("distillation.dataset");

        store.write(
                store.run("origin").variant("ratio-0.5").distillation(),
                "{}".getBytes(StandardCharsets.UTF_8));
        store.writeDirectory(store.run("origin").variant("ratio-0.5").student(), part -> {});

        assertThat(check.findings(second)).isEmpty();
        assertThat(check.findings(run.withTraining(gone)))
                .extracting(Finding::field)
                .containsExactly("distillation.dataset");
    }

    private static void write(ArtifactStore store, String id, RunSpec spec) {
        store.write(
                store.run(id).run(),
                MessageJson.tree(new RunRequested(id, Instant.EPOCH, spec))
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
    }
}
