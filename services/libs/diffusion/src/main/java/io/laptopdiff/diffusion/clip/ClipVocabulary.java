package io.laptopdiff.diffusion.clip;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The vocabulary of OpenAI's CLIP, which every Stable Diffusion model up to SDXL has; a single file
 * of a model comes without it. It follows from the merges: 256 bytes inside a word, the same at its
 * end, what each merge makes, and the two tokens around a text (simple_tokenizer.py of CLIP).
 */
public final class ClipVocabulary {

    private static final String MERGES = "vocabulary/merges.txt";

    private ClipVocabulary() {}

    /** Returns {@code vocab.json} and {@code merges.txt}, as a tokenizer's directory holds them. */
    public static Map<String, byte[]> files() {
        byte[] merges = merges();
        ObjectNode vocabulary = JsonNodeFactory.instance.objectNode();
        ByteSymbols.all().forEach(symbol -> vocabulary.put(symbol, vocabulary.size()));
        new String(merges, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#version"))
                .forEach(line -> vocabulary.put(line.replace(" ", ""), vocabulary.size()));
        vocabulary.put("<|startoftext|>", vocabulary.size());
        vocabulary.put("<|endoftext|>", vocabulary.size());
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("vocab.json", vocabulary.toString().getBytes(StandardCharsets.UTF_8));
        files.put("merges.txt", merges);
        return files;
    }

    private static byte[] merges() {
        try (InputStream in = ClipVocabulary.class.getResourceAsStream(MERGES)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + MERGES, e);
        }
    }
}
