package org.silotune.llm.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Writes the steps of a tokenizer.json that turn spaces into SentencePiece's U+2581 and back. Llama
 * puts one before a text as well; Gemma does not.
 */
final class SpaceMarks {

  private static final String MARK = "\u2581";

  private SpaceMarks() {}

  static void write(ObjectNode root, boolean isGemma) {
    ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
    ObjectNode replace = decoders.addObject().put("type", "Replace").put("content", " ");
    replace.putObject("pattern").put("String", MARK);
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    if (isGemma) {
      ObjectNode normalizer = root.putObject("normalizer");
      normalizer
          .put("type", "Replace")
          .put("content", MARK)
          .putObject("pattern")
          .put("String", " ");
      ObjectNode split = root.putObject("pre_tokenizer").put("type", "Split");
      split.put("behavior", "MergedWithPrevious").put("invert", false);
      split.putObject("pattern").put("String", " ");
    } else {
      root.putNull("normalizer");
      root.putObject("pre_tokenizer")
          .put("type", "Metaspace")
          .put("replacement", MARK)
          .put("prepend_scheme", "first")
          .put("split", false);
      decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
  }
}
