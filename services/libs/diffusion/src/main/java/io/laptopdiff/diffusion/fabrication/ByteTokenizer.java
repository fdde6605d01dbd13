package io.laptopdiff.diffusion.fabrication;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.laptopdiff.diffusion.checkpoint.ModelConfig;
import io.laptopdiff.diffusion.clip.ByteSymbols;
import io.laptopdiff.diffusion.clip.ClipTextConfig;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A CLIP tokenizer without a single learned word: every byte is a token, once inside a word and
 * once at its end, in CLIP's order. CLIP's own vocabulary is OpenAI's and does not come along.
 *
 * <p>The ids that are left over are taken by tokens that no text has, so that the vocabulary is as
 * large as the text encoder's embedding.
 */
final class ByteTokenizer {

    static final String BEGIN = "<|startoftext|>";
    static final String END = "<|endoftext|>";

    private static final int FEWEST = 2 * ByteSymbols.BYTES + 2;
    private static final ObjectMapper JSON = new ObjectMapper();

    private ByteTokenizer() {}

    /**
     * The files of a tokenizer directory.
     *
     * @param encoder config of the text encoder that the tokenizer feeds
     * @throws io.laptopdiff.diffusion.checkpoint.CheckpointException if its vocabulary is too small
     *     for all bytes
     */
    static Map<String, byte[]> files(ModelConfig encoder) {
        ClipTextConfig text = ClipTextConfig.of(encoder);
        int size = text.vocabSize();
        if (size < FEWEST) {
            throw encoder.refuse(
                    "vocab_size",
                    "at least " + FEWEST + ", or a tokenizer of your own with vocab.json");
        }
        // An end token of 2 stands for the largest id: see ClipTextConfig.
        boolean named = text.eosTokenId() != 2 && text.eosTokenId() < size;
        int end = named ? text.eosTokenId() : size - 1;
        int begin = encoder.integer("bos_token_id", size - 2);
        if (!named || begin == end || begin < 0 || begin >= size) {
            begin = end == size - 2 ? size - 1 : size - 2;
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("vocab.json", bytes(vocabulary(size, begin, end).toString()));
        files.put("merges.txt", bytes("#version: 0.2\n"));
        ObjectNode config =
                JSON.createObjectNode()
                        .put("bos_token", BEGIN)
                        .put("do_lower_case", true)
                        .put("eos_token", END)
                        .put("model_max_length", text.maxPositions())
                        .put("pad_token", END)
                        .put("tokenizer_class", "CLIPTokenizer")
                        .put("unk_token", END);
        files.put("tokenizer_config.json", bytes(config.toPrettyString() + "\n"));
        return files;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode vocabulary(int size, int begin, int end) {
        List<String> symbols = ByteSymbols.all();
        ObjectNode vocabulary = JSON.createObjectNode();
        int next = 0;
        for (int id = 0; id < size; id++) {
            if (id == begin || id == end) {
                vocabulary.put(id == begin ? BEGIN : END, id);
            } else if (next < symbols.size()) {
                vocabulary.put(symbols.get(next++), id);
            } else {
                vocabulary.put("<|unused-" + id + "|>", id);
            }
        }
        return vocabulary;
    }
}
