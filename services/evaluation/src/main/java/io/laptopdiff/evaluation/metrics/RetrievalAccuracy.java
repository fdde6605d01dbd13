package io.laptopdiff.evaluation.metrics;

import io.laptopdiff.diffusion.clip.Embeddings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The share of images whose own caption fits them better than each of 15 others. A caption that
 * fits equally well counts against the image, so a model that draws the same for every caption gets
 * 0, not chance.
 *
 * <p>Images are dealt in order to groups of up to 16 with distinct captions; an image is compared
 * with the captions of its group, and where a group is smaller, other captions fill it up. With
 * fewer than 16 distinct captions in all there are fewer candidates, and the accuracy is that much
 * easier.
 */
public final class RetrievalAccuracy {

    /** Captions that each image is compared with, its own among them. */
    public static final int CANDIDATES = 16;

    private RetrievalAccuracy() {}

    /**
     * Returns whether each image is matched to its own caption.
     *
     * @param images (N, E) embeddings of any length
     * @param captions (N, E), each of the image of the same index
     * @param texts the captions themselves, by which equal ones are known
     * @return (N)
     */
    public static boolean[] each(float[][] images, float[][] captions, List<String> texts) {
        Embeddings.requireOneEach(images.length, captions.length);
        Embeddings.requireOneEach(images.length, texts.size());
        boolean[] matched = new boolean[images.length];
        for (List<Integer> group : groups(texts)) {
            List<Integer> candidates = filledUp(group, texts);
            for (int image : group) {
                double own = Embeddings.cosine(images[image], captions[image]);
                matched[image] =
                        candidates.stream()
                                .filter(other -> !texts.get(other).equals(texts.get(image)))
                                .allMatch(
                                        other ->
                                                Embeddings.cosine(images[image], captions[other])
                                                        < own);
            }
        }
        return matched;
    }

    /** Indices of images, each in one group, none with a caption that its group already has. */
    static List<List<Integer>> groups(List<String> texts) {
        List<Map<String, Integer>> groups = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            Map<String, Integer> group =
                    groups.stream()
                            .filter(g -> g.size() < CANDIDATES && !g.containsKey(text))
                            .findFirst()
                            .orElse(null);
            if (group == null) {
                group = new LinkedHashMap<>();
                groups.add(group);
            }
            group.put(text, i);
        }
        return groups.stream().map(group -> List.copyOf(group.values())).toList();
    }

    private static List<Integer> filledUp(List<Integer> group, List<String> texts) {
        Map<String, Integer> candidates = new LinkedHashMap<>();
        group.forEach(index -> candidates.put(texts.get(index), index));
        for (int i = 0; i < texts.size() && candidates.size() < CANDIDATES; i++) {
            candidates.putIfAbsent(texts.get(i), i);
        }
        return List.copyOf(candidates.values());
    }
}
