package org.silotune.llm.checkpoint.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.CorruptCheckpointException;
import org.silotune.llm.testing.Golden;

final class BaseModelSourceBadInputTest {

  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @TempDir Path folder;
  @TempDir Path cache;

  @Test
  void whatIsNotThereIsMissing() throws IOException {
    Path absent = folder.resolve("absent");
    refused(absent, "Missing model %s: there is no such file or folder".formatted(absent));
    refused(
        folder,
        "Missing weights in %s: there must be model.safetensors, model.safetensors.index.json or exactly one .gguf file (found 0)"
            .formatted(folder));
    Files.createFile(folder.resolve("model.safetensors"));
    refused(
        folder,
        "Missing %s: weights in safetensors need it in their folder"
            .formatted(folder.resolve("config.json")));
  }

  @Test
  void aFileOfAnotherKindIsInvalid() throws IOException {
    Path file = Files.writeString(folder.resolve("pytorch_model.bin"), "PK");
    refused(
        file, "Invalid model file %s: must be a GGUF file or end in .safetensors".formatted(file));
  }

  @Test
  void aConfigThatIsNoObjectIsRefused() throws IOException {
    Path weights = folder.resolve("model.safetensors");
    Files.copy(Golden.path("safetensors/mixed.safetensors"), weights);
    Path config = Files.writeString(folder.resolve("config.json"), "[1]");
    refused(folder, "Cannot read %s: JSON: expected an object, found ARRAY".formatted(config));
    Files.writeString(config, "{");
    assertThatThrownBy(() -> BaseModelSource.open(folder, cache))
        .isInstanceOf(CorruptCheckpointException.class)
        .hasMessageStartingWith("Cannot read %s: JSON: expected an object, found ", config);
  }

  @Test
  void aConfigLargerThanAnyRealOneIsRefusedUnread() throws IOException {
    Files.copy(Golden.path("safetensors/mixed.safetensors"), folder.resolve("model.safetensors"));
    Path config = folder.resolve("config.json");
    try (RandomAccessFile file = new RandomAccessFile(config.toFile(), "rw")) {
      file.setLength(16_000_001); // zeros that take no room
    }
    refused(
        folder,
        "Cannot read %s: size: expected at most 16000000 bytes, found 16000001; fetch the model again or name another one"
            .formatted(config));
  }

  @Test
  void anUnknownArchitectureListsTheKnown() throws IOException {
    Path file = withReplaced("llama", "mamba");
    refused(
        file,
        "Cannot use %s: its architecture is mamba; known are [gemma3, gpt2, llama, qwen2, qwen3]"
            .formatted(file));
  }

  @Test
  void aTensorThatTheArchitectureLacksIsNamed() throws IOException {
    Path file = withReplaced("blk.0.attn_output.weight", "blk.0.attn_outpux.weight");
    refused(
        file,
        "Cannot use %s: architecture llama has no tensor blk.0.attn_outpux.weight".formatted(file));
  }

  @Test
  void moreLayersThanTensorsAreRefusedBeforeAnythingIsAllocated() throws IOException {
    String key = "llama.block_count\u0004\0\0\0";
    Path file = withReplaced(key + "\u0002\0\0\0", key + "\u0002\0\0\u007f");
    refused(
        file,
        "Cannot read %s: metadata llama.block_count: expected no more layers than the 20 tensors, found 2130706434"
            .formatted(file));
  }

  @Test
  void aMissingMetadataKeyIsNamed() throws IOException {
    Path file = withReplaced("llama.embedding_length", "llama.embedding_lengtH");
    refused(
        file,
        "Cannot read %s: metadata llama.embedding_length: expected an integer, found no such key"
            .formatted(file));
  }

  @Test
  void aDamagedModelIsOpenedOrRefused() throws IOException {
    byte[] sound = Files.readAllBytes(Golden.path("source/llama.gguf"));
    Random random = new Random(SEED);
    Path file = folder.resolve("model.gguf");
    int refused = 0;
    for (int round = 0; round < 150; round++) {
      byte[] bytes = sound.clone();
      for (int i = 0; i < 3; i++) {
        bytes[random.nextInt(4000)] = (byte) random.nextInt(256);
      }
      Files.write(file, bytes);
      try {
        BaseModelSource.open(file, cache).close();
      } catch (LlmException e) {
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("Seed %d, round %d".formatted(SEED, round), e);
      }
    }
    assertThat(refused).as("refused, seed %d", SEED).isPositive();
  }

  private void refused(Path model, String message) {
    assertThatThrownBy(() -> BaseModelSource.open(model, cache))
        .isInstanceOf(LlmException.class)
        .hasMessage(message);
  }

  /** Writes the llama file with a name in it replaced by one of the same length. */
  private Path withReplaced(String from, String to) throws IOException {
    byte[] bytes = Files.readAllBytes(Golden.path("source/llama.gguf"));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(from);
    return Files.write(
        folder.resolve("model.gguf"),
        text.replaceFirst(from.replace(".", "\\."), to).getBytes(StandardCharsets.ISO_8859_1));
  }
}
