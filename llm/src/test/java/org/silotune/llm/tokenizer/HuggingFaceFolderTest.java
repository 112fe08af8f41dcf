package org.silotune.llm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.LlmException;
import org.silotune.llm.testing.Golden;

class HuggingFaceFolderTest {

  private static final String BYTE_LEVEL =
      """
      {"version":"1.0","truncation":{"max_length":2,"stride":0,"strategy":"LongestFirst",\
      "direction":"Right"},"padding":null,"added_tokens":[\
      {"id":3,"content":"<end>","single_word":false,"lstrip":false,"rstrip":false,\
      "normalized":false,"special":true}],"normalizer":null,\
      "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,\
      "use_regex":true},"post_processor":null,"decoder":{"type":"ByteLevel",\
      "add_prefix_space":false,"trim_offsets":true,"use_regex":true},\
      "model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"<end>":3},"merges":["a b"]}}
      """;

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    write("tokenizer.json", BYTE_LEVEL);
  }

  @Test
  void llama2AsPublishedGivesTheIdsOfTransformers() throws Exception {
    Path model = Golden.path("tokenizer/llama2-legacy");
    try (LoadedTokenizer loaded = TokenizerLoader.load(model)) {
      Tokenizer tokenizer = loaded.tokenizer();
      TokenizerGolden.assertSameAsTransformers(tokenizer, "llama2-legacy");
      TokenizerGolden.assertSamePrompts(tokenizer, "llama2", "llama2-legacy");
      assertThat(tokenizer.specialTokens().startsWithBos()).isTrue();
      assertThat(tokenizer.specialTokens().bos()).hasValue(1);
      assertThat(tokenizer.specialTokens().eos()).hasValue(2);
    }
  }

  @Test
  void textLongerThanTheFilesTruncationIsWhole() throws Exception {
    try (LoadedTokenizer loaded = TokenizerLoader.load(folder)) {
      assertThat(loaded.tokenizer().encode("ababab")).containsExactly(2, 2, 2);
    }
  }

  @Test
  void hashIsOfTheContentNotOfItsSpellingOrTruncation() throws Exception {
    try (LoadedTokenizer first = TokenizerLoader.load(folder)) {
      String respelled =
          BYTE_LEVEL.replace(",\"", " ,\n\t\"").replace("\"max_length\":2", "\"max_length\":9");
      write("tokenizer.json", respelled);
      try (LoadedTokenizer second = TokenizerLoader.load(folder.resolve("tokenizer.json"))) {
        assertThat(second.tokenizer().sha256()).hasSize(64).isEqualTo(first.tokenizer().sha256());
      }
      write("tokenizer.json", BYTE_LEVEL.replace("\"a\":0,\"b\":1", "\"a\":1,\"b\":0"));
      try (LoadedTokenizer other = TokenizerLoader.load(folder)) {
        assertThat(other.tokenizer().sha256()).isNotEqualTo(first.tokenizer().sha256());
      }
    }
  }

  @Test
  void endsAreThoseOfTheGenerationConfigAndTheTokenizerConfig() throws Exception {
    write("generation_config.json", "{\"eos_token_id\": [0, 1]}");
    write("tokenizer_config.json", "{\"eos_token\": {\"content\": \"<end>\"}}");
    try (LoadedTokenizer loaded = TokenizerLoader.load(folder)) {
      SpecialTokens special = loaded.tokenizer().specialTokens();
      assertThat(special.eos()).hasValue(3);
      assertThat(special.bos()).isEmpty();
      assertThat(special.endOfTurn()).containsExactlyInAnyOrder(0, 1, 3);
      assertThat(special.startsWithBos()).isFalse();
    }
  }

  @Test
  void templateIsTheJinjaFileBeforeTheConfigs() throws Exception {
    write("tokenizer_config.json", "{\"chat_template\": \"nobody knows this\"}");
    write("chat_template.jinja", GoldenJson.text("chat-template/qwen3.jinja"));
    try (LoadedTokenizer loaded = TokenizerLoader.load(folder)) {
      assertThat(loaded.template().name()).isEqualTo("qwen3");
    }
  }

  @Test
  void templateOfAListIsTheDefaultOne() throws Exception {
    write(
        "tokenizer_config.json",
        "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"x\"},"
            + " {\"name\": \"default\", \"template\": \"<|im_start|>\"}]}");
    try (LoadedTokenizer loaded = TokenizerLoader.load(folder)) {
      assertThat(loaded.template().name()).isEqualTo("chatml");
    }
  }

  @Test
  void modelWithoutATemplateUsesAlpacaAndAForcedOneWins() {
    try (LoadedTokenizer loaded = TokenizerLoader.load(folder)) {
      assertThat(loaded.template().name()).isEqualTo("alpaca");
    }
    try (LoadedTokenizer loaded = TokenizerLoader.load(folder, ChatTemplate.byName("llama3"))) {
      assertThat(loaded.template().name()).isEqualTo("llama3");
    }
  }

  @Test
  void unknownTemplateIsAnErrorUnlessOneIsForced() throws Exception {
    write("tokenizer_config.json", "{\"chat_template\": \"USER: {{ m }}\"}");
    assertThatThrownBy(() -> TokenizerLoader.load(folder))
        .isInstanceOf(LlmException.class)
        .hasMessageStartingWith(
            "Unrecognised chat template in %s, which begins \"USER: {{ m }}\": force one by name"
                .formatted(folder));
    TokenizerLoader.load(folder, ChatTemplate.ofBaseModel()).close();
  }

  @Test
  void folderWithoutATokenizerIsAnError() throws Exception {
    Files.delete(folder.resolve("tokenizer.json"));
    write("config.json", "{}");
    write("model.safetensors", "");
    assertFails(
        "Missing %s: a model folder needs its tokenizer.json, or give a GGUF file",
        folder.resolve("tokenizer.json"));
  }

  @Test
  void weightsFileHasItsTokenizerBesideIt() throws Exception {
    write("config.json", "{}");
    write("model.safetensors", "");
    Path weights = folder.resolve("model.safetensors");
    assertThat(TokenizerLoader.file(weights)).isEqualTo(folder.resolve("tokenizer.json"));
    try (LoadedTokenizer loaded = TokenizerLoader.load(weights)) {
      assertThat(loaded.tokenizer().encode("ab")).containsExactly(2);
    }
  }

  @Test
  void modelThatDoesNotExistIsAnError() {
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(() -> TokenizerLoader.load(nowhere))
        .isInstanceOf(LlmException.class)
        .hasMessage("Missing model %s: there is no such file or folder".formatted(nowhere));
  }

  @Test
  void fileOfAnotherKindIsAnError() throws Exception {
    write("weights.bin", "");
    Path file = folder.resolve("weights.bin");
    assertThatThrownBy(() -> TokenizerLoader.load(file))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Invalid model file %s: must be a GGUF file or end in .safetensors".formatted(file));
  }

  @Test
  void tokenizerThatIsNoJsonIsAnErrorWithItsPlace() throws Exception {
    write("tokenizer.json", "{\n  \"model\": nothing}");
    assertFails(
        "Invalid tokenizer %s: Unrecognized token 'nothing': was expecting (JSON String, Number,"
            + " Array, Object or token 'null', 'true' or 'false'), line 2, column 20",
        folder.resolve("tokenizer.json"));
    write("tokenizer.json", "[]");
    assertFails("Invalid tokenizer %s: not a JSON object", folder.resolve("tokenizer.json"));
    write("tokenizer.json", "{\"model\": {}}");
    assertFails("Invalid tokenizer %s: no model.vocab", folder.resolve("tokenizer.json"));
  }

  @Test
  void mergeOfUnknownTokensIsAnError() throws Exception {
    write("tokenizer.json", BYTE_LEVEL.replace("\"a b\"", "\"a c\""));
    assertFails(
        "Invalid tokenizer %s: Token `c` out of vocabulary", folder.resolve("tokenizer.json"));
  }

  @Test
  void addedTokenWithTwoIdsIsAnError() throws Exception {
    write("tokenizer.json", BYTE_LEVEL.replace("\"id\":3", "\"id\":7"));
    assertFails(
        "Invalid tokenizer %s: token <end> has id 7 in added_tokens and 3 in model.vocab",
        folder.resolve("tokenizer.json"));
  }

  @Test
  void configThatNamesWhatTheTokenizerLacksIsAnError() throws Exception {
    write("tokenizer_config.json", "{\"eos_token\": \"</s>\"}");
    assertFails(
        "Invalid model folder %s: eos_token </s> is no special token of tokenizer.json", folder);
    write("tokenizer_config.json", "{}");
    write("generation_config.json", "{\"eos_token_id\": 4}");
    assertFails(
        "Invalid model folder %s: end-of-text id 4 is outside the vocabulary of 4 tokens", folder);
  }

  @Test
  void filesLargerThanAnyRealOneAreRefusedUnread() throws Exception {
    for (String name :
        List.of(
            "tokenizer_config.json",
            "special_tokens_map.json",
            "generation_config.json",
            "config.json",
            "chat_template.jinja")) {
      holdsNothing(name, 16_000_001);
      assertFails(
          "Cannot read %s: size: expected at most 16000000 bytes, found 16000001; fetch the model again or name another one",
          folder.resolve(name));
      Files.delete(folder.resolve(name));
    }
    holdsNothing("tokenizer.json", 5_000_000_000L);
    assertFails(
        "Cannot read %s: size: expected at most 128000000 bytes, found 5000000000; fetch the model again or name another one",
        folder.resolve("tokenizer.json"));
  }

  /** Makes a file of zeros that takes no room. */
  private void holdsNothing(String name, long bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
      file.setLength(bytes);
    }
  }

  private void assertFails(String message, Path path) {
    assertThatThrownBy(() -> TokenizerLoader.load(folder))
        .isInstanceOf(LlmException.class)
        .hasMessage(message.formatted(path));
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }
}
