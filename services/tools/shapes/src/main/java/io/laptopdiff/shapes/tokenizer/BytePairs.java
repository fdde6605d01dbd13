package io.laptopdiff.shapes.tokenizer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Byte pair merges (Sennrich, Haddow, Birch, arXiv 1508.07909) learnt until each word is one token.
 * Words are ASCII, and end in {@code </w>} as in CLIP.
 */
final class BytePairs {

    static final String END_OF_WORD = "</w>";

    private record Pair(String left, String right) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int byLeft = left.compareTo(other.left);
            return byLeft != 0 ? byLeft : right.compareTo(other.right);
        }
    }

    private BytePairs() {}

    /**
     * Learns merges in the order in which a tokenizer must apply them: the most frequent pair
     * first, ties by the alphabet, so that the same words give the same merges.
     *
     * @return merges as two symbols each
     */
    static List<List<String>> learn(Collection<String> words) {
        List<List<String>> symbols = new ArrayList<>();
        for (String word : Set.copyOf(words).stream().sorted().toList()) {
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < word.length(); i++) {
                parts.add(word.charAt(i) + (i == word.length() - 1 ? END_OF_WORD : ""));
            }
            symbols.add(parts);
        }
        Set<List<String>> merges = new LinkedHashSet<>();
        for (Pair best = mostFrequent(symbols); best != null; best = mostFrequent(symbols)) {
            merges.add(List.of(best.left(), best.right()));
            for (List<String> word : symbols) {
                merge(word, best);
            }
        }
        return List.copyOf(merges);
    }

    private static Pair mostFrequent(List<List<String>> symbols) {
        Map<Pair, Integer> counts = new HashMap<>();
        for (List<String> word : symbols) {
            for (int i = 0; i + 1 < word.size(); i++) {
                counts.merge(new Pair(word.get(i), word.get(i + 1)), 1, Integer::sum);
            }
        }
        Pair best = null;
        for (Map.Entry<Pair, Integer> entry : counts.entrySet()) {
            int more = best == null ? 1 : entry.getValue() - counts.get(best);
            if (more > 0 || more == 0 && entry.getKey().compareTo(best) < 0) {
                best = entry.getKey();
            }
        }
        return best;
    }

    private static void merge(List<String> word, Pair pair) {
        for (int i = 0; i + 1 < word.size(); i++) {
            if (word.get(i).equals(pair.left()) && word.get(i + 1).equals(pair.right())) {
                word.set(i, pair.left() + pair.right());
                word.remove(i + 1);
            }
        }
    }
}
