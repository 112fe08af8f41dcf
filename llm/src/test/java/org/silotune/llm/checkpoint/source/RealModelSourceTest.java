package org.silotune.llm.checkpoint.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.testing.Golden;
import org.silotune.llm.testing.RealModels;

/** The two real models, converted, against what transformers loads from the same files. */
@Tag("real-model")
final class RealModelSourceTest {

  @TempDir Path cache;

  @ParameterizedTest
  @CsvSource({
    "smollm2-135m-instruct,b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    "gemma3-270m,a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
  })
  void configAndWeightsAreTheReferences(String model, String sha256) throws Exception {
    JsonNode golden =
        new ObjectMapper().readTree(Files.readAllBytes(Golden.path("source/real.json"))).get(model);
    Instant start = Instant.now();
    try (BaseModelSource source = BaseModelSource.open(RealModels.gguf(model), cache)) {
      System.out.printf(
          "%s: hashed and converted in %d ms%n",
          model, Duration.between(start, Instant.now()).toMillis());
      assertThat(source.sha256()).isEqualTo(sha256);
      for (Map.Entry<String, JsonNode> entry : golden.get("config").properties()) {
        assertThat(source.config().path(entry.getKey()).asText())
            .as(entry.getKey())
            .isEqualTo(entry.getValue().asText());
      }
      assertThat(source.config().path("layer_types"))
          .isEqualTo(golden.get("config").path("layer_types"));
      assertThat(sha256(source.tensors())).isEqualTo(golden.get("sha256").asText());
    }
    start = Instant.now();
    BaseModelSource.open(RealModels.gguf(model), cache).close();
    System.out.printf(
        "%s: opened again in %d ms%n", model, Duration.between(start, Instant.now()).toMillis());
  }

  /** Returns the hash over all tensors in name order. */
  private static String sha256(TensorSource tensors) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (String name : tensors.names()) {
      for (ByteBuffer block : tensors.map(name)) {
        digest.update(block.duplicate());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
