package org.silotune.llm.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.llm.testing.Golden;
import org.silotune.llm.testing.RealModels;

/** Every tensor of the two real models, against sha256 of what the gguf package makes of it. */
@Tag("real-model")
final class GgufRealModelTest {

  private static final int CHUNK = 1 << 18;

  @ParameterizedTest
  @CsvSource({"smollm2-135m-instruct,smollm2", "gemma3-270m,gemma3"})
  void everyTensorDequantisesToTheReferencesBits(String model, String golden) throws Exception {
    JsonNode expected =
        new ObjectMapper()
            .readTree(Files.readAllBytes(Golden.path("gguf/%s.json".formatted(golden))));
    try (GgufFile file = GgufFile.open(RealModels.gguf(model))) {
      TreeSet<String> names = new TreeSet<>();
      expected.fieldNames().forEachRemaining(names::add);
      assertThat(file.names()).containsExactlyElementsOf(names);
      for (String name : names) {
        assertThat(file.tensor(name).type().name())
            .isEqualTo(expected.get(name).get("type").asText());
        assertThat(sha256(file, name))
            .as(name)
            .isEqualTo(expected.get(name).get("sha256").asText());
      }
    }
  }

  private static String sha256(GgufFile file, String name) throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    GgufTensorReader reader = file.reader(name);
    long left = reader.tensor().elementCount();
    float[] values = new float[CHUNK];
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long first = 0; left > 0; ) {
      int count = (int) Math.min(CHUNK, left);
      reader.read(first, count, values, 0);
      bytes.asFloatBuffer().put(values, 0, count);
      digest.update(bytes.array(), 0, count * Float.BYTES);
      first += count;
      left -= count;
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
