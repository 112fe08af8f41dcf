package org.silotune.llm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.testing.Golden;

/** Files by Hugging Face's own writer ({@code safetensors_golden.py}), read and written again. */
final class SafetensorsGoldenTest {

  private static final Path MIXED = Golden.path("safetensors/mixed.safetensors");
  private static final Path SHARDED = Golden.path("safetensors/sharded");
  private static final Map<String, DType> TYPES =
      Map.of(
          "float32", DType.F32,
          "float16", DType.F16,
          "bfloat16", DType.BF16,
          "int64", DType.I64,
          "bool", DType.BOOL);

  @Test
  void aSingleFileGivesTheReferencesNamesShapesTypesAndBits() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(MIXED)) {
      assertHoldsTheReferencesTensors(file);
      assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
    }
  }

  @Test
  void aShardedFolderGivesTheSameTensorsAsTheSingleFile() throws IOException {
    try (ShardedSafetensors folder = ShardedSafetensors.open(SHARDED)) {
      assertHoldsTheReferencesTensors(folder);
      assertThat(folder.paths()).hasSize(2);
    }
  }

  @Test
  void mappingsAreReadOnlyLittleEndianAndOutliveTheFile() {
    SafetensorsFile file = SafetensorsFile.open(MIXED);
    List<ByteBuffer> blocks = file.map("ids");
    file.close();
    assertThat(blocks).hasSize(1);
    ByteBuffer ids = blocks.get(0);
    assertThat(ids.isDirect()).isTrue();
    assertThat(ids.isReadOnly()).isTrue();
    long[] values = new long[6];
    ids.asLongBuffer().get(values);
    assertThat(values).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void aTensorLongerThanABlockIsMappedInWholeRows() {
    try (SafetensorsFile file = SafetensorsFile.open(MIXED, 20)) {
      List<ByteBuffer> blocks = file.map("a.weight");
      assertThat(blocks).extracting(ByteBuffer::remaining).containsExactly(16, 16, 8);
      assertThat(file.floats("a.weight")).containsExactly(wholeFile("a.weight"));
      assertThatThrownBy(() -> SafetensorsFile.open(MIXED, 7).map("a.weight"))
          .hasMessageEndingWith("tensor a.weight: expected rows of at most 7 bytes, found 8 bytes");
    }
  }

  @Test
  void writingWhatWasReadGivesTheReferencesBytes(@TempDir Path folder) throws IOException {
    Path copy = folder.resolve("copy.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(MIXED)) {
      List<TensorInfo> infos = file.names().stream().map(file::info).toList();
      SafetensorsWriter.write(
          copy,
          infos,
          file.metadata(),
          (tensor, sink) -> {
            for (ByteBuffer block : file.map(tensor.name())) {
              sink.bytes(block);
            }
          });
    }
    assertThat(copy).hasSameBinaryContentAs(MIXED);
  }

  private static float[] wholeFile(String name) {
    try (SafetensorsFile file = SafetensorsFile.open(MIXED)) {
      return file.floats(name);
    }
  }

  private static void assertHoldsTheReferencesTensors(TensorSource source) throws IOException {
    JsonNode expected =
        new ObjectMapper().readTree(Files.readAllBytes(Golden.path("safetensors/expected.json")));
    List<String> names = new ArrayList<>();
    expected.fieldNames().forEachRemaining(names::add);
    assertThat(source.names()).containsExactlyElementsOf(new TreeSet<>(names));
    for (String name : names) {
      JsonNode tensor = expected.get(name);
      TensorInfo info = source.info(name);
      assertThat(info.dtype()).isEqualTo(TYPES.get(tensor.get("dtype").asText()));
      assertThat(info.shape()).containsExactly(longs(tensor.get("shape")));
      if (tensor.has("bits")) {
        assertThat(bits(source.floats(name))).as(name).containsExactly(ints(tensor.get("bits")));
      }
    }
  }

  private static long[] longs(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
