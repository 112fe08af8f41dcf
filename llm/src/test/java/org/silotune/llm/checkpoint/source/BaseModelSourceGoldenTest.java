package org.silotune.llm.checkpoint.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.testing.Golden;

/** GGUF files of every family, opened as transformers opens them ({@code source_golden.py}). */
final class BaseModelSourceGoldenTest {

  @TempDir Path cache;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3", "gemma3", "gpt2"})
  void everyTensorIsTheReferencesToTheBit(String family) throws Exception {
    JsonNode expected = golden(family).get("tensors");
    try (BaseModelSource source = open(family)) {
      TensorSource tensors = source.tensors();
      TreeSet<String> names = new TreeSet<>();
      expected.fieldNames().forEachRemaining(names::add);
      assertThat(tensors.names()).containsExactlyElementsOf(names);
      for (String name : names) {
        long[] shape =
            StreamSupport.stream(expected.get(name).get("shape").spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
        assertThat(tensors.info(name)).isEqualTo(new TensorInfo(name, DType.F32, shape));
        assertThat(sha256(tensors, name))
            .as(name)
            .isEqualTo(expected.get(name).get("sha256").asText());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3", "gemma3", "gpt2"})
  void theConfigHasTheReferencesValues(String family) throws IOException {
    JsonNode expected = golden(family).get("config");
    try (BaseModelSource source = open(family)) {
      JsonNode config = source.config();
      for (Map.Entry<String, JsonNode> entry : expected.properties()) {
        JsonNode found = config.path(entry.getKey());
        if (found.isMissingNode()) {
          assertThat(isDefault(entry.getKey(), entry.getValue())).as(entry.toString()).isTrue();
        } else if (entry.getValue().isNumber()) {
          assertThat(found.asDouble()).as(entry.getKey()).isEqualTo(entry.getValue().asDouble());
        } else {
          assertThat(found).as(entry.getKey()).isEqualTo(entry.getValue());
        }
      }
    }
  }

  /** Whether the family assumes this value where config.json does not name the key. */
  private static boolean isDefault(String key, JsonNode value) {
    return value.isNull()
        || (key.equals("layer_types")
            && StreamSupport.stream(value.spliterator(), false)
                .allMatch(type -> type.asText().equals("full_attention")));
  }

  private BaseModelSource open(String family) {
    return BaseModelSource.open(Golden.path("source/%s.gguf".formatted(family)), cache);
  }

  private static JsonNode golden(String family) throws IOException {
    Path file = Golden.path("source/%s.json".formatted(family));
    return new ObjectMapper().readTree(Files.readAllBytes(file));
  }

  private static String sha256(TensorSource tensors, String name) throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (ByteBuffer block : tensors.map(name)) {
      digest.update(block.duplicate());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
