package io.laptopdiff.shapes.tokenizer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.JsonFiles;
import io.laptopdiff.shapes.dataset.Colour;
import io.laptopdiff.shapes.dataset.Kind;
import io.laptopdiff.shapes.dataset.Relation;
import io.laptopdiff.shapes.dataset.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes {@code vocab.json}, {@code merges.txt} and the other files of a transformers {@code
 * CLIPTokenizer} in which every word of the captions is one token, and any other text falls into
 * pieces down to bytes.
 */
public final class CaptionTokenizer {

    private static final String START = "<|startoftext|>";
    private static final String END = "<|endoftext|>";

    private CaptionTokenizer() {}

    /** Returns every word that a caption can hold. */
    static Set<String> words() {
        Set<String> words = new TreeSet<>(List.of("a", "on", "background"));
        for (Colour colour : Colour.values()) {
            words.add(colour.word());
        }
        for (Kind kind : Kind.values()) {
            words.add(kind.word());
        }
        for (Size size : Size.values()) {
            words.add(size.word());
        }
        for (Relation relation : Relation.values()) {
            words.addAll(List.of(relation.words().split(" ")));
        }
        return words;
    }

    /**
     * The number of tokens: {@code vocab_size} of a text encoder. The last two are start and end of
     * text.
     */
    public static int size() {
        return tokens(BytePairs.learn(words())).size();
    }

    /**
     * Writes the tokenizer's directory.
     *
     * @param maxLength tokens of the longest prompt, start and end included
     * @throws IOException if the disk refuses
     */
    public static void write(Path directory, int maxLength) throws IOException {
        Files.createDirectories(directory);
        List<List<String>> merges = BytePairs.learn(words());
        ObjectNode vocabulary = JsonNodeFactory.instance.objectNode();
        for (String token : tokens(merges)) {
            vocabulary.put(token, vocabulary.size());
        }
        JsonFiles.write(directory.resolve("vocab.json"), vocabulary);
        List<String> lines = new ArrayList<>(List.of("#version: 0.2"));
        merges.forEach(pair -> lines.add(String.join(" ", pair)));
        Files.write(directory.resolve("merges.txt"), lines);
        ObjectNode special = JsonNodeFactory.instance.objectNode();
        special.put("bos_token", START)
                .put("eos_token", END)
                .put("unk_token", END)
                .put("pad_token", END);
        JsonFiles.write(directory.resolve("special_tokens_map.json"), special);
        ObjectNode config = special.deepCopy();
        config.put("model_max_length", maxLength).put("tokenizer_class", "CLIPTokenizer");
        config.put("add_prefix_space", false).put("do_lower_case", true).put("errors", "replace");
        JsonFiles.write(directory.resolve("tokenizer_config.json"), config);
    }

    private static List<String> tokens(List<List<String>> merges) {
        Set<String> tokens = new LinkedHashSet<>();
        List<String> bytes = byteSymbols();
        tokens.addAll(bytes);
        bytes.forEach(symbol -> tokens.add(symbol + BytePairs.END_OF_WORD));
        merges.forEach(pair -> tokens.add(pair.get(0) + pair.get(1)));
        tokens.add(START);
        tokens.add(END);
        return List.copyOf(tokens);
    }

    /**
     * GPT-2's and CLIP's printable stand-ins for the 256 bytes: printable bytes stand for
     * themselves and come first, the others are the code points from 256 on.
     */
    private static List<String> byteSymbols() {
        List<String> symbols = new ArrayList<>();
        for (int value = 0; value < 256; value++) {
            if (value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE) {
                symbols.add(String.valueOf((char) value));
            }
        }
        for (int other = 0; symbols.size() < 256; other++) {
            symbols.add(String.valueOf((char) (256 + other)));
        }
        return symbols;
    }
}
