package io.laptopdiff.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.PlanCreated;
import io.laptopdiff.contracts.StageException;
import io.laptopdiff.contracts.plan.PruningPlan;
import io.laptopdiff.contracts.run.DistillationRecipe;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.MachineMemory;
import io.laptopdiff.diffusion.device.MemoryLimit;
import io.laptopdiff.diffusion.unet.DistillationMemory;
import io.laptopdiff.diffusion.unet.DistillationMemory.Choice;
import io.laptopdiff.diffusion.unet.HandcraftedUNet;
import io.laptopdiff.diffusion.unet.UNetConfig;
import io.laptopdiff.diffusion.unet.UNetLayout;
import io.laptopdiff.diffusion.vae.VaeMemory;
import io.laptopdiff.distillation.TinyDistillation;
import io.laptopdiff.estimation.WorkerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepMemoryTest {

    private static final int IMAGES = 10;

    private static final Map<String, ?> LEAST =
            Map.of("teacherPrecision", "bf16", "gradientCheckpointing", true);

    @TempDir Path home;
    private TinyDistillation tiny;

    @BeforeEach
    void writeTheTeacher() throws IOException {
        tiny = TinyDistillation.in(home);
    }

    private PlanCreated plan(Map<String, ?> recipe) {
        Map<String, Object> silent = new HashMap<>(Map.of("sampleImages", 0));
        silent.putAll(recipe);
        return tiny.pruned("r", silent);
    }

    private StepMemory memory(PlanCreated plan) {
        return StepMemory.of(tiny.teacher(), plan, IMAGES, Devices.auto()).orElseThrow();
    }

    private long needed(Map<String, ?> recipe) {
        PlanCreated plan = plan(recipe);
        return memory(plan).needed(plan.spec().distillation());
    }

    @Test
    void shouldCountWhatARecipeAsksFor() {
        PlanCreated plan = plan(Map.of());
        long student = 4 * plan.plan().studentParameters();
        long teacher = 4 * plan.plan().teacherParameters();
        long plain = needed(Map.of());
        assertThat(plain).isGreaterThan(4 * student + teacher);
        assertThat(needed(Map.of("emaDecay", 0.99)) - plain).isEqualTo(student);
        assertThat(plain - needed(Map.of("teacherPrecision", "bf16"))).isEqualTo(teacher / 2);
        assertThat(needed(Map.of("gradientCheckpointing", true))).isLessThan(plain);
        assertThat(needed(Map.of("batchSize", 4))).isGreaterThan(plain);
        assertThat(needed(Map.of("gradientAccumulation", 3))).isGreaterThan(plain);
    }

    @Test
    void shouldCountWhatIsKeptOfTheDataSet() {
        PlanCreated plan = plan(Map.of());
        DistillationRecipe recipe = plan.spec().distillation();
        long[] needed = new long[3];
        for (int i = 0; i < 3; i++) {
            int images = new int[] {0, IMAGES, Integer.MAX_VALUE}[i];
            needed[i] =
                    StepMemory.of(tiny.teacher(), plan, images, Devices.auto())
                            .orElseThrow()
                            .needed(recipe);
        }
        // mean and deviation of 4x8x8, 77 tokens of 24
        assertThat(needed[1] - needed[0]).isEqualTo(IMAGES * 4 * (2 * 4 * 8 * 8 + 77 * 24));
        assertThat(needed[2] - needed[0]).isEqualTo(WorkerSettings.KEPT_DATASET_BYTES);
    }

    /**
     * Of a student so small that training it takes less than the full weights that it is cut from.
     */
    @Test
    void shouldCountTheDataSetBesideTheCutOnlyWhereCandidatesWereTrainedBefore()
            throws IOException {
        StepMemory step = memory(plan(Map.of()));
        UNetLayout teacher = step.memory().teacher();
        UNetLayout student = least();
        DistillationMemory memory =
                new DistillationMemory(teacher, student, 77, step.memory().vae(), 1_000);
        Choice choice = new Choice(true, true, false, false, 1, 1, false);
        long cutting = 4 * (teacher.parameters() + student.parameters());
        assertThat(memory.needed(choice)).isEqualTo(cutting);
        assertThat(memory.needed(choice.recovering(true)))
                .as("with the data set and the bfloat16 teacher of the candidates' steps")
                .isEqualTo(1_000 + 2 * teacher.parameters() + cutting);
        Choice full = new Choice(false, true, false, false, 1, 1, false);
        assertThat(memory.needed(full.recovering(true)))
                .as("cut from the frozen teacher itself")
                .isEqualTo(memory.needed(full));
    }

    private UNetLayout least() throws IOException {
        TinyDistillation least = TinyDistillation.least(home.resolve("least"));
        return UNetLayout.of(UNetConfig.read(least.teacher().resolve("unet")));
    }

    @Test
    void shouldKnowWhetherCandidatesAreTrained() {
        List<PruningPlan> two = List.of(tiny.pruning(), tiny.pruning());
        assertThat(memory(tiny.competition("r", two, 2, Map.of())).recovers()).isTrue();
        assertThat(memory(tiny.competition("r", two, 0, Map.of())).recovers()).isFalse();
        assertThat(memory(plan(Map.of())).recovers()).isFalse();
    }

    /** Of images so large that decoding one takes more than a step. */
    @Test
    void shouldCountTheImagesThatAreDrawnBetweenTheSteps() {
        PlanCreated drawing = plan(Map.of("sampleImages", 1));
        StepMemory small = memory(drawing);
        StepMemory large =
                new StepMemory(
                        new DistillationMemory(
                                small.memory().teacher(),
                                small.memory().student(),
                                small.memory().textTokens(),
                                new VaeMemory(small.memory().vae().config(), 1024),
                                small.memory().dataset()),
                        1,
                        false);
        DistillationRecipe silent = plan(Map.of()).spec().distillation();
        long step = large.needed(silent);
        long decoding = large.needed(drawing.spec().distillation());
        assertThat(step).isEqualTo(small.needed(silent));
        assertThat(decoding).isGreaterThan(step);
        assertThat(large.needed(plan(Map.of("sampleImages", 8)).spec().distillation()))
                .as("one is drawn after the other")
                .isEqualTo(decoding);
        assertThat(advice(large, drawing, step))
                .startsWith("Set distillation.sampleImages to 0, which takes");
        long least = large.needed(plan(LEAST).spec().distillation());
        assertThat(advice(large, drawing, least))
                .startsWith("Set distillation.sampleImages to 0, distillation.teacherPrecision");
    }

    @Test
    void shouldKnowHandcraftedStudentsAndLeaveWrongPlansToOthers() {
        assertThat(
                        memory(tiny.handcrafted("r", HandcraftedUNet.BK_BASE, Map.of()))
                                .memory()
                                .student())
                .isNotNull();
        PruningPlan right = tiny.pruning();
        PruningPlan noUnits =
                new PruningPlan(
                        List.of("mid_block.resnets.7"),
                        null,
                        0.1,
                        right.achievedRatio(),
                        right.removedParameters(),
                        right.teacherParameters(),
                        right.studentParameters(),
                        0.5);
        assertThat(
                        StepMemory.of(
                                home.resolve("teacher"),
                                tiny.plan("r", "half", noUnits, Map.of()),
                                IMAGES,
                                Devices.auto()))
                .isEmpty();
    }

    /** The advice must be true: followed, the same limit is enough. */
    @Test
    void shouldAdviseWhatFits() {
        PlanCreated plan = plan(Map.of("batchSize", 4));
        DistillationRecipe recipe = plan.spec().distillation();
        long bf16 = needed(Map.of("batchSize", 4, "teacherPrecision", "bf16"));
        assertThat(advice(plan, bf16))
                .startsWith("Set distillation.teacherPrecision to bf16, which takes");
        long both =
                needed(
                        Map.of(
                                "batchSize",
                                4,
                                "teacherPrecision",
                                "bf16",
                                "gradientCheckpointing",
                                true));
        assertThat(advice(plan, both))
                .contains("distillation.gradientCheckpointing to true, which");
        long small =
                needed(
                        Map.of(
                                "batchSize",
                                2,
                                "gradientAccumulation",
                                2,
                                "teacherPrecision",
                                "bf16",
                                "gradientCheckpointing",
                                true));
        assertThat(small).isLessThan(both);
        assertThat(advice(plan, small))
                .contains("distillation.batchSize to 2 and distillation.gradientAccumulation to 2");
        assertThat(advice(plan, 1000)).contains("laptopdiff.distillation.memory");
        assertThatCode(() -> memory(plan).requireFits(recipe, memory(plan).needed(recipe), "here"))
                .doesNotThrowAnyException();
    }

    private String advice(PlanCreated plan, long bytes) {
        return advice(memory(plan), plan, bytes);
    }

    private static String advice(StepMemory memory, PlanCreated plan, long bytes) {
        StageException refusal =
                catchThrowableOfType(
                        StageException.class,
                        () -> memory.requireFits(plan.spec().distillation(), bytes, "here"));
        assertThat(refusal.what()).startsWith("A training step takes ");
        assertThat(refusal.where()).isEqualTo("here");
        return refusal.howToFix();
    }

    @Test
    void shouldRefuseBeforeAnythingIsLoaded() {
        DistillationJob job =
                new DistillationJob(
                        Artifacts.ofFiles(),
                        new ArtifactStore(home.resolve("artifacts")),
                        new MemoryLimit(
                                OptionalLong.of(new MachineMemory().resident() / 2),
                                Devices.auto()),
                        Clock.systemUTC());
        PlanCreated plan = plan(Map.of());
        StageException refusal =
                catchThrowableOfType(
                        StageException.class, () -> job.run(plan, event -> {}, Interruption.NONE));
        assertThat(refusal.howToFix()).contains(DistillationJob.MEMORY);
        assertThat(home.resolve("artifacts/encoded")).doesNotExist();
    }
}
