package org.silotune.llm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.llm.LlmException;
import org.silotune.llm.testing.Golden;

/** What is wrong with a safetensors file is said with the file, the place, expected and found. */
final class SafetensorsBadInputTest {

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}|4|header, tensor w, data_offsets: expected 8 bytes for w F32 [2], found 0 to 4
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}|4|end of file: expected 70 bytes by the header, found 66 bytes
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}|9|end of file: expected 70 bytes by the header, found 71 bytes
          {"w":{"dtype":"F4","shape":[2],"data_offsets":[0,8]}}|8|header, tensor w, dtype: expected one of [BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64], found F4
          {"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}|8|header, tensor w, shape: expected numbers >= 0, found -2
          {"w":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,8]}}|8|header, tensor w, shape: expected a shape of fewer than 2^63 bytes, found Invalid shape [4611686018427387904, 8] of tensor w: dimensions must be >= 0 and hold fewer than 2^63 bytes
          {"w":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}|8|header, tensor w, shape: expected VALUE_NUMBER_INT, found VALUE_NUMBER_FLOAT 2.5
          {"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}|12|tensor w, data_offsets: expected to begin at byte 63, where the tensor before it ends, found byte 67
          {"v":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"w":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}|6|tensor w, data_offsets: expected to begin at byte 117, where the tensor before it ends, found byte 115
          {"w":{"dtype":"U8","shape":[8],"data_offsets":[8,0]}}|8|header, tensor w, data_offsets: expected 8 bytes for w U8 [8], found 8 to 0
          {"w":{"dtype":"U8","shape":[4],"data_offsets":[9223372036854775800,9223372036854775804]}}|4|header, tensor w, data_offsets: expected offsets inside the file, found 9223372036854775800
          {"w":{"dtype":"U8","shape":[4]}}|4|header, tensor w: expected dtype, shape and two data_offsets, found dtype U8, shape of 1 dimensions, no data_offsets
          {"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"codec":"zip"}}|4|header, tensor w: expected the keys dtype, shape and data_offsets, found codec
          {"w":[1]}|0|header, entry w: expected START_OBJECT, found START_ARRAY [
          [1]|0|header: expected START_OBJECT, found START_ARRAY [
          {"__metadata__":{"format":1}}|0|header, __metadata__ entry format: expected VALUE_STRING, found VALUE_NUMBER_INT 1
          """)
  void aHeaderThatCannotBeTrueIsRefused(String json, int dataBytes, String message)
      throws IOException {
    Path file = write(json.length(), json, dataBytes);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CorruptCheckpointException.class)
        .hasMessage("Cannot read %s: %s", file, message);
  }

  @Test
  void aNameGivenTwiceIsRefused() throws IOException {
    String json =
        "{\"w\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},"
            + "\"w\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}";
    Path file = write(json.length(), json, 0);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CorruptCheckpointException.class)
        .hasMessage(
            "Cannot read %s: header: expected JSON of the safetensors format, found Duplicate field 'w'",
            file);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "1152921504606846976, 1152921504606846976",
    "-1, 18446744073709551615",
    "3, 3",
    "100000001, 100000001"
  })
  void aHeaderLengthBeyondTheFileIsRefusedWithoutAllocating(long length, String found)
      throws IOException {
    Path file = write(length, "{}", 0);
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .isInstanceOf(CorruptCheckpointException.class)
        .hasMessage(
            "Cannot read %s: byte 0, header length: expected at most 2 (the file has 10 bytes), found %s",
            file, found);
  }

  @Test
  void aFileShorterThanItsLengthFieldIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("short.safetensors"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> SafetensorsFile.open(file))
        .hasMessage(
            "Cannot read %s: byte 0, header length: expected 8 bytes, found a file of 3", file);
  }

  @Test
  void aMissingFileAndAMissingTensorAreNamed() {
    Path missing = folder.resolve("model.safetensors");
    assertThatThrownBy(() -> SafetensorsFile.open(missing))
        .isInstanceOf(LlmException.class)
        .hasMessage("Missing weight file %s", missing);
    Path mixed = Golden.path("safetensors/mixed.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(mixed)) {
      assertThatThrownBy(() -> file.map("lm_head.weight"))
          .isInstanceOf(CorruptCheckpointException.class)
          .hasMessage(
              "Cannot read %s: tensor lm_head.weight: expected a tensor of this name, found 12 others (first: a.weight)",
              mixed);
      assertThatThrownBy(() -> file.floats("ids"))
          .hasMessageEndingWith(
              "tensor ids: expected fewer than 2^31 floats of F32, F16 or BF16, found ids I64 [2, 3]");
    }
  }

  @Test
  void aFileCutAfterItWasOpenedIsNoticedWhenMapped() throws IOException {
    String json = "{\"w\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}";
    Path file = write(json.length(), json, 8);
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
      assertThatThrownBy(() -> open.map("w"))
          .isInstanceOf(CorruptCheckpointException.class)
          .hasMessage(
              "Cannot read %s: end of file: expected at least %d bytes, found %d bytes",
              file, bytes.length, bytes.length - 1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"weight_map":{"w":"../model.safetensors"}}|weight_map, tensor w: expected the name of a .safetensors file in the same folder, found "../model.safetensors"
          {"weight_map":{"w":"b.safetensors"}}|weight_map, tensor w: expected a file that is there, found b.safetensors
          {"weight_map":{"w":7}}|weight_map, tensor w: expected the name of a .safetensors file in the same folder, found 7
          {"weight_map":[]}|weight_map: expected an object from tensor to file name, found ARRAY
          {}|weight_map: expected an object from tensor to file name, found MISSING
          {"weight_map":{"w":"a.safetensors","w":"b.safetensors"}}|JSON: expected an object, found Duplicate field 'w'
          """)
  void anIndexThatCannotBeTrueIsRefused(String json, String message) throws IOException {
    Path index = Files.writeString(folder.resolve(ShardedSafetensors.INDEX_NAME), json);
    assertThatThrownBy(() -> ShardedSafetensors.open(folder))
        .isInstanceOf(CorruptCheckpointException.class)
        .hasMessage("Cannot read %s: %s", index, message);
  }

  @Test
  void anIndexThatNamesATensorItsFileLacksIsRefused() throws IOException {
    Files.copy(Golden.path("safetensors/mixed.safetensors"), folder.resolve("a.safetensors"));
    Files.writeString(
        folder.resolve(ShardedSafetensors.INDEX_NAME),
        "{\"weight_map\":{\"w\":\"a.safetensors\"}}");
    assertThatThrownBy(() -> ShardedSafetensors.open(folder))
        .isInstanceOf(CorruptCheckpointException.class)
        .hasMessageContaining("tensor w: expected a tensor of this name");
  }

  @Test
  void aFolderWithoutIndexIsMissing() {
    assertThatThrownBy(() -> ShardedSafetensors.open(folder))
        .isInstanceOf(LlmException.class)
        .hasMessage("Missing safetensors index %s", folder.resolve(ShardedSafetensors.INDEX_NAME));
    assertThat(folder).isEmptyDirectory();
  }

  private Path write(long headerLength, String json, int dataBytes) throws IOException {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(headerLength).put(header);
    return Files.write(folder.resolve("bad.safetensors"), bytes.array());
  }
}
