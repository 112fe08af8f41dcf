package org.silotune.llm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.llm.testing.RealModels;

/** The two real vocabularies against transformers, from the same files: tokenizer_golden.py. */
@Tag("real-model")
class RealTokenizerTest {

  @ParameterizedTest
  @CsvSource({"smollm2-135m-instruct,smollm2,smollm2,49152", "gemma3-270m,alpaca,gemma3,262144"})
  void givesTheIdsOfTransformers(String model, String own, String template, int size)
      throws Exception {
    try (LoadedTokenizer loaded = TokenizerLoader.load(RealModels.gguf(model))) {
      assertThat(loaded.template().name()).isEqualTo(own);
      assertThat(loaded.tokenizer().vocabularySize()).isEqualTo(size);
      TokenizerGolden.assertSameAsTransformers(loaded.tokenizer(), model);
      TokenizerGolden.assertSamePrompts(loaded.tokenizer(), template, model);
    }
  }
}
