package io.laptopdiff.evaluation.comparison;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.evaluation.images.Prompt;
import io.laptopdiff.evaluation.images.PromptDraw;
import io.laptopdiff.evaluation.metrics.Latencies;
import java.awt.image.BufferedImage;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Measures one student beside its teacher. */
public final class VariantEvaluator {

    private final Artifacts artifacts;
    private final ArtifactStore store;
    private final EvaluationSettings settings;
    private final Clock clock;

    public VariantEvaluator(
            Artifacts artifacts, ArtifactStore store, EvaluationSettings settings, Clock clock) {
        this.artifacts = artifacts;
        this.store = store;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Loads the models, draws, measures, writes the variant's evaluation directory, and frees
     * everything again.
     *
     * @throws EvaluationStoppedException if the watcher said so; then nothing of the variant is
     *     written
     * @throws RuntimeException that {@link EvaluationException#of} can tell
     */
    public VariantEvaluation evaluate(DistillationFinished event, Watcher watcher) {
        EvaluationSpec spec = event.spec().evaluation();
        ImageFolder dataset = ImageFolder.open(artifacts.directory(spec.dataset()));
        requireImages(dataset);
        PromptDraw draw = new PromptDraw(dataset.size(), spec.seed());
        List<Prompt> prompts = draw.prompts(dataset.captions(), spec.prompts());
        TeacherArchive archive =
                new TeacherArchive(store, store.run(event.runId()).teacherEvaluation());
        try (NDManager manager = NDManager.newBaseManager();
                Models models = Models.load(event, artifacts, manager)) {
            watcher.check();
            Bench bench = new Bench(models, prompts, spec, settings, manager);
            TeacherArchive.Entry teacher =
                    archive.read(Fence.ofTeacher(event), manager).orElse(null);
            ProgressMeter meter = meter(bench, teacher == null, watcher);
            if (teacher == null) {
                teacher = measureTeacher(event, bench, dataset, draw, archive, meter, watcher);
            }
            List<BufferedImage> images =
                    bench.draw(models.student(), ProgressMeter.STUDENT_IMAGES, meter);
            ImageMeasures student =
                    ImageMeasures.of(
                            models.scorer().images(images, watcher),
                            teacher.reference(),
                            bench.captions());
            Latencies.Medians latencies = bench.latencies(meter);
            VariantEvaluation evaluation =
                    new VariantEvaluation(
                            Fence.ofStudent(event),
                            event.runId(),
                            event.variant(),
                            clock.instant(),
                            event.student(),
                            spec,
                            device(),
                            latencies.rounds(),
                            teacher.evaluation().realImages(),
                            teacher.evaluation()
                                    .measures()
                                    .with(
                                            bench.cost(models.teacher()),
                                            latencies.medianMillis()[0]),
                            student.with(bench.cost(models.student()), latencies.medianMillis()[1]),
                            paired(prompts, teacher.evaluation().measures(), student));
            watcher.check();
            VariantArchive.of(store, event).write(evaluation, images, archive.images());
            return evaluation;
        }
    }

    private TeacherArchive.Entry measureTeacher(
            DistillationFinished event,
            Bench bench,
            ImageFolder dataset,
            PromptDraw draw,
            TeacherArchive archive,
            ProgressMeter meter,
            Watcher watcher) {
        Models models = bench.models();
        // Cheap, and where a broken image of the data set shows: before the long part.
        float[][] real = bench.realImages(dataset, draw, watcher);
        Reference reference =
                new Reference(models.scorer().captions(bench.captions(), watcher), real);
        List<BufferedImage> images =
                bench.draw(models.teacher(), ProgressMeter.TEACHER_IMAGES, meter);
        ImageMeasures measures =
                ImageMeasures.of(
                        models.scorer().images(images, watcher), reference, bench.captions());
        TeacherEvaluation evaluation =
                new TeacherEvaluation(
                        Fence.ofTeacher(event),
                        clock.instant(),
                        event.spec().teacher(),
                        event.spec().evaluation(),
                        real.length,
                        bench.prompts(),
                        measures);
        TeacherArchive.Entry entry = new TeacherArchive.Entry(evaluation, reference);
        archive.write(entry, images, bench.manager());
        return entry;
    }

    private ProgressMeter meter(Bench bench, boolean withTeacher, Watcher watcher) {
        double teacher = bench.cost(bench.models().teacher()).macs();
        double student = bench.cost(bench.models().student()).macs();
        double calls = bench.unetCalls();
        Map<String, Double> costs = new LinkedHashMap<>();
        if (withTeacher) {
            costs.put(ProgressMeter.TEACHER_IMAGES, calls * teacher);
        }
        costs.put(ProgressMeter.STUDENT_IMAGES, calls * student);
        int passes = EvaluationSettings.WARM_UPS + settings.latencyPasses();
        costs.put(ProgressMeter.LATENCY, passes * (teacher + student));
        return new ProgressMeter(costs, watcher, System::nanoTime);
    }

    /** "cpu" or "gpu0". */
    private static String device() {
        Device device = Engine.getInstance().defaultDevice();
        return device.isGpu()
                ? device.getDeviceType() + device.getDeviceId()
                : device.getDeviceType();
    }

    private static void requireImages(ImageFolder dataset) {
        if (dataset.size() < 2) {
            throw new EvaluationException(
                    "The data set has "
                            + dataset.size()
                            + " image, and a Fréchet distance needs at least 2",
                    dataset.directory().resolve("metadata.jsonl").toString(),
                    "Add images; some hundreds make the distance meaningful.");
        }
    }

    private static List<PairedImage> paired(
            List<Prompt> prompts, ImageMeasures teacher, ImageMeasures student) {
        return IntStream.range(0, prompts.size())
                .mapToObj(
                        i ->
                                new PairedImage(
                                        prompts.get(i).caption(),
                                        prompts.get(i).seed(),
                                        teacher.images().get(i),
                                        student.images().get(i)))
                .toList();
    }
}
