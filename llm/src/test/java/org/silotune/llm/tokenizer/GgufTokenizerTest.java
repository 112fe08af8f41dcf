package org.silotune.llm.tokenizer;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small vocabularies of every kind, each in a GGUF file: {@code tokenizer_golden.py}. */
class GgufTokenizerTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bpe-smollm",
        "bpe-llama-bpe",
        "bpe-qwen2",
        "bpe-tekken",
        "pieces-llama",
        "pieces-gemma3"
      })
  void givesTheIdsOfTransformers(String name) throws Exception {
    try (LoadedTokenizer loaded =
        TokenizerLoader.load(GoldenJson.path("tokenizer/" + name + ".gguf"))) {
      TokenizerGolden.assertSameAsTransformers(loaded.tokenizer(), name);
    }
  }
}
