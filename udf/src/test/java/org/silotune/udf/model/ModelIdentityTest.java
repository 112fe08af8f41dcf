package org.silotune.udf.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.tokenizer.ChatTemplate;
import org.silotune.udf.token.ModelPath;

/** An executor whose files changed after the driver saw them. */
final class ModelIdentityTest {

  private static final Optional<String> PLAIN = Optional.of(ChatTemplate.ofBaseModel().name());

  @TempDir private Path temp;
  private Path model;

  @BeforeEach
  void copyTheModel() throws IOException {
    model = Files.createDirectory(temp.resolve("model"));
    try (var files = Files.list(ModelPath.of("tiny"))) {
      for (Path file : files.sorted().toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void theSameFilesAreUsed() {
    var identity = identity(Optional.empty());
    assertThat(identity.resident().ref().sha256()).isEqualTo(identity.sha256());
    assertThat(identity.tokenizer(PLAIN).tokenizer().sha256())
        .isEqualTo(identity.tokenizerSha256());
    assertThat(identity.adapter(identity.resident())).isEmpty();
  }

  @Test
  void anotherConfigIsRefused() throws IOException {
    var identity = identity(Optional.empty());
    edit("config.json", "1.0E-5", "2.0E-5");
    assertThatThrownBy(identity::resident)
        .isInstanceOf(LlmException.class)
        .hasMessageMatching(
            "Cannot use model %s on this host: the sha256 of its config is [0-9a-f]{64}, the driver's %s; give every host the same files"
                .formatted(model, identity.configSha256()));
  }

  @Test
  void anotherTokenizerIsRefused() throws IOException {
    var identity = identity(Optional.empty());
    edit("tokenizer.json", "\"!\": 3", "\"!\": 4");
    edit("tokenizer.json", "\"\\\"\": 4", "\"\\\"\": 3");
    assertThatThrownBy(() -> identity.tokenizer(PLAIN))
        .isInstanceOf(LlmException.class)
        .hasMessageMatching(
            "Cannot use tokenizer %s on this host: it has sha256 [0-9a-f]{64}, the driver's has %s; give every host the same model"
                .formatted(model, identity.tokenizerSha256()));
  }

  @Test
  void anAdapterOfOtherScaleIsRefused() throws IOException {
    var folder = Files.createDirectory(temp.resolve("adapter"));
    var loaded = identity(Optional.empty()).resident();
    LoraConfig lora = LoraConfig.defaults();
    AdapterCheckpoint.write(folder, new Adapter(lora, lora.initialise(loaded, 3)), loaded);
    var identity = identity(Optional.of(folder.toString()));
    assertThat(identity.adapter(loaded)).isPresent();
    var config = folder.resolve(AdapterCheckpoint.CONFIG);
    var text = Files.readString(config);
    Files.writeString(config, text.replace("\"lora_alpha\"", "\"lora_alpha\" "));
    assertThatThrownBy(() -> identity.adapter(loaded))
        .isInstanceOf(LlmException.class)
        .hasMessageMatching(
            "Cannot use adapter %s on this host: the sha256 of its config is [0-9a-f]{64}, the driver's %s; give every host the same files"
                .formatted(folder, identity.adapterConfigSha256()));
  }

  private ModelIdentity identity(Optional<String> adapter) {
    return ModelIdentity.of(ModelSource.find(model.toString(), adapter, Optional.empty()));
  }

  private void edit(String file, String from, String to) throws IOException {
    var text = Files.readString(model.resolve(file));
    assertThat(text).contains(from);
    Files.writeString(model.resolve(file), text.replace(from, to));
  }
}
