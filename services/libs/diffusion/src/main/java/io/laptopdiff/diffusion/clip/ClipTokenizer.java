package io.laptopdiff.diffusion.clip;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.laptopdiff.diffusion.checkpoint.CheckpointException;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * transformers' {@code CLIPTokenizer}, read from {@code vocab.json} and {@code merges.txt} or from
 * {@code tokenizer.json} alone, with the tokens added to them and the special tokens of {@code
 * special_tokens_map.json} or {@code tokenizer_config.json}. Thread-safe.
 */
public final class ClipTokenizer implements AutoCloseable {

    private static final int CLIP_CONTEXT =
            77; // context_length of every CLIP that OpenAI published
    private static final String END = "<|endoftext|>";

    private final HuggingFaceTokenizer tokenizer;
    private final int vocabSize;
    private final int maxLength;
    private final long bos;
    private final long eos;
    private final long pad;

    private ClipTokenizer(
            HuggingFaceTokenizer tokenizer,
            int vocabSize,
            int maxLength,
            long bos,
            long eos,
            long pad) {
        this.tokenizer = tokenizer;
        this.vocabSize = vocabSize;
        this.maxLength = maxLength;
        this.bos = bos;
        this.eos = eos;
        this.pad = pad;
    }

    /**
     * Reads a tokenizer directory.
     *
     * @throws CheckpointException if a file is missing or damaged, or a config field has an
     *     unsupported value
     */
    public static ClipTokenizer load(Path directory) {
        int maxLength = CLIP_CONTEXT;
        ModelConfig config = null;
        if (Files.exists(directory.resolve("tokenizer_config.json"))) {
            config = ModelConfig.read(directory, "tokenizer_config.json");
            config.choice(
                    "tokenizer_class",
                    "CLIPTokenizer",
                    Set.of("CLIPTokenizer", "CLIPTokenizerFast"));
            config.requireOnly(Map.of("do_lower_case", BooleanNode.TRUE));
            maxLength = maxLength(config);
        }
        TokenizerFiles files = TokenizerFiles.read(directory, config);
        SpecialTokens specials = new SpecialTokens(directory, files, config);
        String bos = specials.token("bos_token", "<|startoftext|>");
        String eos = specials.token("eos_token", END);
        String unknown = specials.token("unk_token", END);
        String pad = specials.token("pad_token", END);
        // All of them are found in captions, as in transformers: SD-v2.x and SDXL pad with "!".
        List<String> framing =
                List.copyOf(new LinkedHashSet<>(List.of(bos, eos, unknown, pad))).stream()
                        .filter(files.vocabulary()::has)
                        .toList();
        String json =
                TokenizerJson.of(
                        files.vocabulary(), files.merges(), framing, files.added(), unknown);
        return new ClipTokenizer(
                create(json),
                files.size(),
                maxLength,
                specials.id(bos),
                specials.id(eos),
                specials.id(pad));
    }

    private static HuggingFaceTokenizer create(String json) {
        // The library would otherwise report its use over the network.
        System.setProperty("OPT_OUT_TRACKING", System.getProperty("OPT_OUT_TRACKING", "true"));
        try {
            return HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                    Map.of("addSpecialTokens", "false", "padding", "false", "truncation", "false"));
        } catch (IOException e) {
            throw new UncheckedIOException("The tokenizers library could not be loaded", e);
        }
    }

    private static int maxLength(ModelConfig config) {
        JsonNode node = config.node("model_max_length");
        if (node.isMissingNode() || node.asDouble() > 1e9) {
            return CLIP_CONTEXT; // transformers writes 1e30 where the length is not known
        }
        if (!node.isInt() || node.asInt() < 2) {
            throw config.refuse(
                    "model_max_length", "an integer of at least 2, for the begin and end tokens");
        }
        return node.asInt();
    }

    /**
     * Returns the tokens of a text alone, neither begun, ended, cut nor padded.
     *
     * @return ids
     */
    public long[] tokens(String text) {
        return tokenizer.encode(text, false, false).getIds();
    }

    /**
     * Encodes a caption as the model takes it: begin token, tokens cut to fit, end token, padding.
     *
     * @return {@link #maxLength} ids
     */
    public long[] encode(String text) {
        return encode(text, maxLength);
    }

    /**
     * Encodes a caption, as {@link #encode(String)} does, to another length of at least 2 tokens.
     */
    public long[] encode(String text, int length) {
        if (length < 2) {
            throw new IllegalArgumentException(
                    "Token length " + length + ": there must be room for begin and end");
        }
        long[] tokens = tokens(text);
        int kept = Math.min(tokens.length, length - 2);
        long[] ids = new long[length];
        Arrays.fill(ids, pad);
        ids[0] = bos;
        System.arraycopy(tokens, 0, ids, 1, kept);
        ids[kept + 1] = eos;
        return ids;
    }

    /**
     * Encodes a batch of captions.
     *
     * @return (captions, {@link #maxLength}), INT64
     */
    public NDArray encode(List<String> texts, NDManager manager) {
        return encode(texts, maxLength, manager);
    }

    /**
     * Encodes captions, as {@link #encode(List, NDManager)} does, to another length of at least 2
     * tokens.
     */
    public NDArray encode(List<String> texts, int length, NDManager manager) {
        return manager.create(
                texts.stream().map(text -> encode(text, length)).toArray(long[][]::new));
    }

    /** Returns one more than the largest id: the rows that the text encoder's embedding needs. */
    public int vocabSize() {
        return vocabSize;
    }

    /** The length of an encoded caption, in tokens: {@code model_max_length}. */
    public int maxLength() {
        return maxLength;
    }

    /** The id that begins every caption. */
    public long beginToken() {
        return bos;
    }

    /** The id that ends every caption. */
    public long endToken() {
        return eos;
    }

    /** The id that fills up a caption. */
    public long padToken() {
        return pad;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
