package io.laptopdiff.evaluation.comparison;

import ai.djl.ndarray.NDManager;
import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.artifacts.Artifacts;
import io.laptopdiff.contracts.DistillationFinished;
import io.laptopdiff.contracts.evaluation.Decline;
import io.laptopdiff.contracts.run.EvaluationSpec;
import io.laptopdiff.diffusion.dataset.ImageFolder;
import io.laptopdiff.diffusion.dataset.PromptList;
import io.laptopdiff.diffusion.device.Devices;
import io.laptopdiff.diffusion.device.NativeHeap;
import io.laptopdiff.estimation.WorkerSettings;
import io.laptopdiff.evaluation.images.Prompt;
import io.laptopdiff.evaluation.images.PromptDraw;
import io.laptopdiff.evaluation.metrics.Bootstrap;
import io.laptopdiff.evaluation.metrics.Latencies;
import java.awt.image.BufferedImage;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Measures one student beside its teacher. */
public final class VariantEvaluator {

    private final Artifacts artifacts;
    private final ArtifactStore store;
    private final EvaluationSettings settings;
    private final Devices devices;
    private final Clock clock;

    /**
     * @param devices the first of them draws and measures
     * @param clock for {@code occurredAt}
     */
    public VariantEvaluator(
            Artifacts artifacts,
            ArtifactStore store,
            EvaluationSettings settings,
            Devices devices,
            Clock clock) {
        this.artifacts = artifacts;
        this.store = store;
        this.settings = settings;
        this.devices = devices;
        this.clock = clock;
    }

    /**
     * Loads the models, draws, measures, writes the variant's evaluation directory, and frees
     * everything again.
     *
     * @throws EvaluationStoppedException if the watcher said so; then nothing of the variant is
     *     written
     * @throws RuntimeException that {@link io.laptopdiff.contracts.StageException#of} can tell
     */
    public VariantEvaluation evaluate(DistillationFinished event, Watcher watcher) {
        EvaluationSpec spec = event.spec().evaluation();
        ImageFolder dataset = ImageFolder.open(artifacts.directory(spec.dataset()));
        dataset.requireForDistances();
        PromptDraw draw = new PromptDraw(dataset.size(), spec.seed());
        List<Prompt> prompts = prompts(spec, dataset);
        TeacherArchive archive =
                new TeacherArchive(store, store.run(event.runId()).teacherEvaluation());
        int together = DrawingSize.of(event, artifacts).images(settings, devices);
        try (NDManager manager = devices.newManager();
                Models models = Models.load(event, artifacts, manager)) {
            NativeHeap.trim(); // what reading left
            watcher.check();
            Bench bench = new Bench(models, prompts, spec, settings, together, manager);
            TeacherArchive.Entry teacher =
                    archive.read(ResultDigest.ofTeacher(event), manager).orElse(null);
            ProgressMeter meter = meter(bench, teacher == null, watcher);
            if (teacher == null) {
                teacher = measureTeacher(event, bench, dataset, draw, archive, meter, watcher);
            }
            List<BufferedImage> images =
                    bench.draw(models.student(), ProgressMeter.STUDENT_IMAGES, meter);
            ImageMeasures student =
                    new ImageMeter(models, spec, bench.captions(), watcher)
                            .measure(images, teacher.reference());
            Latencies.Medians latencies = bench.latencies(meter);
            VariantEvaluation evaluation =
                    compared(event, bench, teacher.evaluation(), student, latencies);
            watcher.check();
            VariantArchive.of(store, event).write(evaluation, images, archive.images());
            return evaluation;
        } finally {
            NativeHeap.trim();
        }
    }

    private VariantEvaluation compared(
            DistillationFinished event,
            Bench bench,
            TeacherEvaluation teacher,
            ImageMeasures student,
            Latencies.Medians latencies) {
        EvaluationSpec spec = bench.spec();
        List<String> names = spec.scoreNames();
        Bootstrap bootstrap = new Bootstrap(bench.captions(), spec.bootstrapSamples(), spec.seed());
        Map<String, Decline> declines = new TreeMap<>();
        for (String name : names) {
            bootstrap
                    .decline(teacher.measures().scores(name), student.scores(name))
                    .ifPresent(decline -> declines.put(name, decline));
        }
        double[] millis = latencies.medianMillis();
        return new VariantEvaluation(
                ResultDigest.ofStudent(event),
                event.runId(),
                event.variant(),
                clock.instant(),
                event.student(),
                spec,
                Devices.name(devices.first()),
                latencies.rounds(),
                teacher.realImages(),
                teacher.measures()
                        .with(bench.cost(bench.models().teacher()), millis[0], names, bootstrap),
                student.with(bench.cost(bench.models().student()), millis[1], names, bootstrap),
                paired(bench.prompts(), teacher.measures(), student),
                declines,
                Gates.failed(spec.gates(), declines));
    }

    /** Draws prompts from the list that the request names, else from the data set's captions. */
    private List<Prompt> prompts(EvaluationSpec spec, ImageFolder dataset) {
        List<String> captions =
                spec.promptList() == null
                        ? dataset.captions()
                        : PromptList.read(artifacts.file(spec.promptList()));
        return new PromptDraw(captions.size(), spec.seed()).prompts(captions, spec.prompts());
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
                new ImageMeter(models, bench.spec(), bench.captions(), watcher)
                        .measure(images, reference);
        TeacherEvaluation evaluation =
                new TeacherEvaluation(
                        ResultDigest.ofTeacher(event),
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
        int passes = WorkerSettings.LATENCY_WARM_UPS + settings.latencyPasses();
        costs.put(ProgressMeter.LATENCY, passes * (teacher + student));
        return new ProgressMeter(costs, watcher, System::nanoTime);
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
