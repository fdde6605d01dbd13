package io.laptopdiff.evaluation.images;

import io.laptopdiff.estimation.WorkerSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The draw of the captions and real images that an evaluation takes: a function of the seed and the
 * data set's size and captions alone, so that every worker takes the same.
 */
public final class PromptDraw {

    private final List<Integer> order;
    private final long seed;

    /**
     * @param images in the data set
     * @param seed of the order and of the first image
     */
    public PromptDraw(int images, long seed) {
        this.order = new ArrayList<>(IntStream.range(0, images).boxed().toList());
        this.seed = seed;
        Collections.shuffle(order, new Random(seed));
    }

    /**
     * The shuffled captions with a seed of its own each. A data set that has fewer captions than
     * are asked for begins anew, with other seeds.
     *
     * @param captions of the whole data set
     */
    public List<Prompt> prompts(List<String> captions, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Prompt(captions.get(order.get(i % order.size())), seed + i))
                .toList();
    }

    /**
     * Indices of the real images that generated ones are held against: four for each prompt, as far
     * as there are.
     */
    public List<Integer> realImages(int prompts) {
        return List.copyOf(
                order.subList(
                        0,
                        Math.min(order.size(), WorkerSettings.REAL_IMAGES_PER_PROMPT * prompts)));
    }
}
