package org.silotune.llm.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.silotune.llm.checkpoint.CorruptCheckpointException;
import org.silotune.llm.testing.Golden;

/** A file with every type, written and dequantised by the gguf package ({@code gguf_golden.py}). */
final class GgufGoldenTest {

  private static final Path FILE = Golden.path("gguf/every-type.gguf");

  @ParameterizedTest
  @EnumSource
  void everyTypeDequantisesToTheReferencesBits(GgmlType type) throws IOException {
    JsonNode golden = golden().get("tensors").get(type.name());
    try (GgufFile file = GgufFile.open(FILE)) {
      GgufTensor tensor = file.tensor(type.name());
      assertThat(tensor.type()).isEqualTo(type);
      assertThat(tensor.shape())
          .containsExactly(
              golden.get("shape").get(0).asLong(), golden.get("shape").get(1).asLong());
      float[] values = new float[(int) tensor.elementCount()];
      file.reader(type.name()).read(0, values.length, values, 0);
      for (int i = 0; i < values.length; i++) {
        assertThat(Float.floatToRawIntBits(values[i]))
            .as("value %d, %s", i, values[i])
            .isEqualTo(golden.get("bits").get(i).asInt());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPartIsThatPartOfTheWhole(GgmlType type) {
    try (GgufFile file = GgufFile.open(FILE)) {
      GgufTensor tensor = file.tensor(type.name());
      float[] whole = new float[(int) tensor.elementCount()];
      GgufTensorReader reader = file.reader(type.name());
      reader.read(0, whole.length, whole, 0);
      int columns = (int) tensor.shape()[1];
      float[] row = new float[columns + 2];
      reader.read(columns, columns, row, 1);
      for (int i = 0; i < columns; i++) {
        assertThat(row[i + 1]).isEqualTo(whole[columns + i]);
      }
      assertThat(row[0]).isZero();
      assertThat(row[columns + 1]).isZero();
    }
  }

  @Test
  void metadataOfEveryTypeIsRead() throws IOException {
    JsonNode golden = golden().get("metadata");
    try (GgufFile file = GgufFile.open(FILE)) {
      GgufMetadata metadata = file.metadata();
      for (String type :
          new String[] {"uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"}) {
        assertThat(metadata.requireWhole("test." + type))
            .isEqualTo(golden.get("test." + type).asLong());
      }
      assertThat(metadata.requireReal("test.float32")).isEqualTo((double) 1e-5f);
      assertThat(metadata.requireReal("test.float64")).isEqualTo(1e-5);
      assertThat(metadata.flag("test.bool")).contains(true);
      assertThat(metadata.requireText("test.string")).isEqualTo("Grüße 🐘\n");
      assertThat(metadata.requireTexts("test.strings")).containsExactly("a", "", "ü");
      assertThat(metadata.wholes("test.ints")).hasValue(new long[] {1, -2, 3});
      assertThat(metadata.reals("test.floats")).hasValue(new double[] {0.5, -1.25});
      assertThat(metadata.wholes("test.bools")).hasValue(new long[] {1, 0});
      assertThat(metadata.contains("test.nested")).isTrue();
      assertThat(metadata.keys()).contains("general.architecture");
      assertThat(metadata.text("test.absent")).isEmpty();
      assertThat(metadata.whole("test.absent")).isEmpty();
    }
  }

  @Test
  void aKeyOfAnotherKindAndAMissingKeyAreNamed() {
    try (GgufFile file = GgufFile.open(FILE)) {
      assertThatThrownBy(() -> file.metadata().requireWhole("test.string"))
          .isInstanceOf(CorruptCheckpointException.class)
          .hasMessage(
              "Cannot read %s: metadata test.string: expected an integer, found Text", FILE);
      assertThatThrownBy(() -> file.metadata().requireText("test.absent"))
          .isInstanceOf(CorruptCheckpointException.class)
          .hasMessage(
              "Cannot read %s: metadata test.absent: expected a string, found no such key", FILE);
    }
  }

  @Test
  void aRangeThatSplitsABlockOrLeavesTheTensorIsABug() {
    try (GgufFile file = GgufFile.open(FILE)) {
      GgufTensorReader reader = file.reader("Q4_0");
      float[] into = new float[256];
      assertThatThrownBy(() -> reader.read(16, 32, into, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Invalid range of tensor Q4_0: 32 values from 16 on, must be whole blocks of 32");
      assertThatThrownBy(() -> reader.read(192, 32, into, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> file.tensor("Q2_K"))
          .isInstanceOf(CorruptCheckpointException.class)
          .hasMessageEndingWith(
              "tensor Q2_K: expected a tensor of this name, found 11 others (first: BF16)");
    }
  }

  private static JsonNode golden() throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(Golden.path("gguf/every-type.json")));
  }
}
