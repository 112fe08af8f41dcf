package org.silotune.udf.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.LlmException;
import org.silotune.llm.tokenizer.TinyTokenizer;
import org.silotune.llm.tokenizer.Tokenizer;
import org.silotune.llm.tokenizer.TokenizerLoader;

final class ExecutorTokenizerTest {

  @TempDir Path temp;

  @Test
  void missingTokenizerIsNamed() {
    assertThatThrownBy(() -> ExecutorTokenizer.plain("/nowhere/tokenizer.json"))
        .isInstanceOf(LlmException.class)
        .hasMessageStartingWith("Missing /nowhere/tokenizer.json: ");
  }

  @Test
  void tokenizerOtherThanTheDriversIsRefusedWithBothHashes() {
    String model = TinyTokenizer.copyTo(temp.resolve("tokenizer")).toString();
    String sha256;
    try (Tokenizer direct = TokenizerLoader.load(Path.of(model)).tokenizer()) {
      sha256 = direct.sha256();
    }
    assertThat(ExecutorTokenizer.get(model, Optional.empty(), sha256))
        .isSameAs(ExecutorTokenizer.get(model, Optional.empty(), sha256));
    assertThatThrownBy(() -> ExecutorTokenizer.get(model, Optional.empty(), "f00d"))
        .hasMessage(
            "Cannot use tokenizer %s on this host: it has sha256 %s, the driver's has f00d; give every host the same model",
            model, sha256);
  }

  @Test
  void aWordThatIsNoModelGetsTheNearestName() {
    assertThatThrownBy(() -> ModelPath.of("tiney"))
        .isInstanceOf(LlmException.class)
        .hasMessageStartingWith("Unknown model tiney (did you mean tiny?): known are tiny, ");
    assertThat(ModelPath.of("some/folder")).isEqualTo(Path.of("some/folder"));
  }
}
