package io.laptopdiff.distillation.training;

import io.laptopdiff.artifacts.ArtifactStore;
import io.laptopdiff.contracts.distillation.FeatureTerm;
import io.laptopdiff.contracts.distillation.Losses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Every step of a training as a line of {@code training.csv}. It is written just before each
 * checkpoint; lines of steps that a resumed training does again are dropped when it resumes.
 */
final class TrainingLog {

    private final ArtifactStore store;
    private final Path file;
    private final StringBuilder text = new StringBuilder();

    /**
     * @param step done already: later ones in the file were lost with their worker
     */
    TrainingLog(ArtifactStore store, Path file, int step) {
        this.store = store;
        this.file = file;
        if (step > 0 && Files.exists(file)) {
            keep(step);
        }
    }

    private void keep(int step) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        for (int i = 0; i < lines.size(); i++) {
            if (i == 0 || isOfAStep(lines.get(i), step)) {
                text.append(lines.get(i)).append('\n');
            }
        }
    }

    /** Returns whether a line can be read, and is of one of the first steps. */
    private static boolean isOfAStep(String line, int last) {
        String first = line.split(",", 2)[0];
        return first.matches("\\d{1,9}") && Integer.parseInt(first) <= last;
    }

    /** Adds the line of one more step that is done. */
    void add(Training training, TrainingStep.Report report) {
        Losses losses = report.losses();
        if (text.length() == 0) {
            text.append("step,seconds,learning_rate,gradient_norm,total,task,output");
            for (FeatureTerm term : losses.features()) {
                text.append(',').append(term.stage()).append(".raw");
                text.append(',').append(term.stage()).append(".weight");
            }
            text.append('\n');
        }
        text.append(training.step());
        number(training.lastSeconds());
        number(report.learningRate());
        number(report.gradientNorm());
        number(losses.total());
        number(losses.task());
        number(losses.output());
        for (FeatureTerm term : losses.features()) {
            number(term.raw());
            number(term.weight());
        }
        text.append('\n');
    }

    private void number(double value) {
        text.append(',').append((float) value);
    }

    /** Replaces the file. */
    void write() {
        store.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
