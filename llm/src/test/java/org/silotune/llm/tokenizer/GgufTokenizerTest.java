package org.silotune.llm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.llm.LlmException;
import org.silotune.llm.testing.Golden;

/** Small vocabularies of every kind, each in a GGUF file: {@code tokenizer_golden.py}. */
class GgufTokenizerTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "bpe-smollm,smollm2",
    "bpe-llama-bpe,chatml",
    "bpe-qwen2,qwen2.5",
    "bpe-tekken,qwen3",
    "pieces-llama,llama2",
    "pieces-gemma3,gemma3"
  })
  void givesTheIdsOfTransformers(String name, String template) throws Exception {
    Path file = Golden.path("tokenizer/" + name + ".gguf");
    try (LoadedTokenizer loaded = TokenizerLoader.load(file)) {
      TokenizerGolden.assertSameAsTransformers(loaded.tokenizer(), name);
      TokenizerGolden.assertSamePrompts(loaded.tokenizer(), template, name);
    }
  }

  @Test
  void fileNamesItsSpecialTokensAndItsTemplate() throws Exception {
    GgufMetadataFile file =
        byteLevel()
            .with("tokenizer.ggml.bos_token_id", 3)
            .with("tokenizer.ggml.eos_token_id", 3)
            .with("tokenizer.ggml.eot_token_id", 2)
            .with("tokenizer.ggml.add_bos_token", true)
            .with("tokenizer.chat_template", GoldenJson.text("chat-template/qwen2.jinja"));
    try (LoadedTokenizer loaded = TokenizerLoader.load(written(file))) {
      SpecialTokens special = loaded.tokenizer().specialTokens();
      assertThat(special.bos()).hasValue(3);
      assertThat(special.eos()).hasValue(3);
      assertThat(special.endOfTurn()).containsExactlyInAnyOrder(2, 3);
      assertThat(special.startsWithBos()).isTrue();
      assertThat(loaded.template().name()).isEqualTo("qwen2");
    }
  }

  @Test
  void folderWithOneFileAndFileOfAnotherNameAreModelsToo() throws Exception {
    Path file = Files.copy(Golden.path("tokenizer/bpe-smollm.gguf"), folder.resolve("any.gguf"));
    try (LoadedTokenizer loaded = TokenizerLoader.load(file);
        LoadedTokenizer inFolder = TokenizerLoader.load(folder)) {
      assertThat(inFolder.tokenizer().sha256()).isEqualTo(loaded.tokenizer().sha256());
      Path renamed = Files.move(file, folder.resolve("no-ending"));
      try (LoadedTokenizer again = TokenizerLoader.load(renamed)) {
        assertThat(again.tokenizer().sha256()).isEqualTo(loaded.tokenizer().sha256());
      }
    }
  }

  @Test
  void unknownModelOrPreTokenizerListsTheKnownOnes() throws Exception {
    assertFails(
        byteLevel().with("tokenizer.ggml.model", "rwkv"),
        "Unknown tokenizer model rwkv in %s: known are gpt2, llama");
    assertFails(
        byteLevel().with("tokenizer.ggml.pre", "poro-chat"),
        "Unknown pre-tokenizer poro-chat in %s: known are gpt-2, smollm, llama-bpe, llama3,"
            + " llama-v3, qwen2, deepseek-r1-qwen, tekken");
    assertFails(
        byteLevel().without("tokenizer.ggml.pre"),
        "Missing tokenizer.ggml.pre in %s: convert the model with a newer converter");
    assertFails(
        byteLevel()
            .with("tokenizer.ggml.model", "llama")
            .with("general.architecture", "phi3")
            .with("tokenizer.ggml.scores", List.of(0f, 0f, 0f, 0f)),
        "Unknown SentencePiece dialect of architecture phi3 in %s: known are gemma, gemma2,"
            + " gemma3, llama");
  }

  @Test
  void gpt2FileFromBeforeThePreTokenizersKeyIsRead() throws Exception {
    GgufMetadataFile file =
        byteLevel().with("general.architecture", "gpt2").without("tokenizer.ggml.pre");
    try (LoadedTokenizer loaded = TokenizerLoader.load(written(file))) {
      assertThat(loaded.tokenizer().encode("ab<end>a")).containsExactly(2, 3, 0);
      assertThat(loaded.tokenizer().specialTokens().startsWithBos()).isFalse();
    }
  }

  @Test
  void vocabularyAndMergesThatDoNotFitAreAnError() throws Exception {
    assertFails(
        byteLevel().with("tokenizer.ggml.merges", List.of("a b", "a c")),
        "Invalid tokenizer %s: merge 1, \"a c\", is no pair of tokens");
    assertFails(
        byteLevel().with("tokenizer.ggml.merges", List.of("ab")),
        "Invalid tokenizer %s: merge 0, \"ab\", is no pair of tokens");
    assertFails(
        byteLevel().with("tokenizer.ggml.merges", List.of("b a")),
        "Invalid tokenizer %s: merge 0, \"b a\", makes ba, which is no token");
    assertFails(
        byteLevel().with("tokenizer.ggml.token_type", List.of(1, 1, 1)),
        "Invalid tokenizer %s: 4 tokens against 3 in tokenizer.ggml.token_type");
    assertFails(
        byteLevel().with("tokenizer.ggml.eos_token_id", 4),
        "Invalid tokenizer %s: eos_token_id is 4, outside the vocabulary of 4 tokens");
  }

  @Test
  void piecesNeedAScoreEach() throws Exception {
    GgufMetadataFile pieces = byteLevel().with("tokenizer.ggml.model", "llama");
    assertFails(pieces, "Missing tokenizer.ggml.scores in %s: SentencePiece needs one per token");
    assertFails(
        pieces.with("tokenizer.ggml.scores", List.of(0f, 0f)),
        "Invalid tokenizer %s: 4 tokens against 2 in tokenizer.ggml.scores");
  }

  private static GgufMetadataFile byteLevel() {
    return new GgufMetadataFile()
        .with("general.architecture", "llama")
        .with("tokenizer.ggml.model", "gpt2")
        .with("tokenizer.ggml.pre", "gpt-2")
        .with("tokenizer.ggml.tokens", List.of("a", "b", "ab", "<end>"))
        .with("tokenizer.ggml.token_type", List.of(1, 1, 1, 3))
        .with("tokenizer.ggml.merges", List.of("a b"));
  }

  private Path written(GgufMetadataFile file) throws IOException {
    return file.write(folder.resolve("model.gguf"));
  }

  private void assertFails(GgufMetadataFile file, String message) throws IOException {
    Path path = written(file);
    assertThatThrownBy(() -> TokenizerLoader.load(path))
        .isInstanceOf(LlmException.class)
        .hasMessage(message.formatted(path));
  }
}
