package io.laptopdiff.diffusion.clip;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Puts the {@code vocab.json} and {@code merges.txt} of a CLIP tokenizer into the one description
 * that the tokenizers library reads. The steps are those of transformers' {@code CLIPTokenizer}:
 * NFC, white space to single blanks, lower case, CLIP's word pattern, bytes, then byte pair merges
 * with {@code </w>} at a word's end.
 */
final class TokenizerJson {

    /** The word pattern of OpenAI's CLIP (simple_tokenizer.py). */
    private static final String WORDS =
            "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

    private static final ObjectMapper JSON = new ObjectMapper();

    private TokenizerJson() {}

    /** Returns the description as JSON, ready for the library. */
    static String of(
            ObjectNode vocabulary,
            List<String> merges,
            List<String> specialTokens,
            List<AddedToken> addedTokens,
            String unknown) {
        ObjectNode root = JSON.createObjectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (String token : specialTokens) {
            added.add(AddedToken.special(token, vocabulary.get(token).asInt()).json());
        }
        addedTokens.forEach(token -> added.add(token.json()));
        ObjectNode normalizer = root.putObject("normalizer").put("type", "Sequence");
        ArrayNode normalizers = normalizer.putArray("normalizers");
        normalizers.addObject().put("type", "NFC");
        ObjectNode blanks = normalizers.addObject().put("type", "Replace").put("content", " ");
        blanks.putObject("pattern").put("Regex", "\\s+");
        normalizers.addObject().put("type", "Lowercase");
        ArrayNode splits =
                root.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        ObjectNode split =
                splits.addObject()
                        .put("type", "Split")
                        .put("behavior", "Removed")
                        .put("invert", true);
        split.putObject("pattern").put("Regex", WORDS);
        splits.addObject()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", false); // the words are split already
        root.putNull("post_processor").putNull("decoder");
        ObjectNode model = root.putObject("model").put("type", "BPE");
        model.putNull("dropout")
                .put("unk_token", unknown)
                .put("continuing_subword_prefix", "")
                .put("end_of_word_suffix", "</w>")
                .put("fuse_unk", false);
        model.set("vocab", vocabulary);
        ArrayNode pairs = model.putArray("merges");
        merges.forEach(pairs::add);
        return root.toString();
    }
}
