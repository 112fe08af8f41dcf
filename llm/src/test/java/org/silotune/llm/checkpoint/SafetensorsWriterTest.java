package org.silotune.llm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.LlmException;
import org.silotune.llm.tensor.NamedTensors;

final class SafetensorsWriterTest {

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBackBitForBit() {
    Path file = folder.resolve("adapter_model.safetensors");
    NamedTensors tensors = someTensors(3);
    SafetensorsWriter.write(file, tensors, Map.of());
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.names()).containsExactlyElementsOf(tensors.names());
      for (String name : tensors.names()) {
        assertThat(read.info(name)).isEqualTo(new TensorInfo(name, DType.F32, tensors.shape(name)));
        assertThat(read.floats(name)).containsExactly(tensors.values(name));
      }
    }
  }

  @Test
  void halfPrecisionIsTheNearestHalf() {
    Path file = folder.resolve("half.safetensors");
    NamedTensors tensors = someTensors(4);
    SafetensorsWriter.write(file, tensors, DType.F16, Map.of());
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      for (String name : tensors.names()) {
        float[] halves = read.floats(name);
        float[] values = tensors.values(name);
        for (int i = 0; i < values.length; i++) {
          assertThat(halves[i]).isEqualTo(HalfFloats.fromF16(HalfFloats.toF16(values[i])));
        }
      }
    }
  }

  @Test
  void theBytesDependOnTheContentAlone() {
    Path one = folder.resolve("one.safetensors");
    Path other = folder.resolve("other.safetensors");
    SafetensorsWriter.write(one, someTensors(5), Map.of("b", "2", "a", "1"));
    SafetensorsWriter.write(other, someTensors(5), Map.of("a", "1", "b", "2"));
    assertThat(one).hasSameBinaryContentAs(other);
    assertThat(header(one))
        .startsWith("{\"__metadata__\":{\"a\":\"1\",\"b\":\"2\",\"format\":\"pt\"}");
  }

  @Test
  void tensorsLongerThanTheBufferAreWrittenWhole() {
    Path file = folder.resolve("long.safetensors");
    float[] values = new float[(1 << 18) * 3 + 5];
    Random random = new Random(9);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    NamedTensors tensors =
        NamedTensors.builder().put("w", new long[] {values.length}, values).build();
    for (DType dtype : List.of(DType.F32, DType.BF16)) {
      SafetensorsWriter.write(file, tensors, dtype, Map.of());
      try (SafetensorsFile read = SafetensorsFile.open(file)) {
        float[] found = read.floats("w");
        assertThat(found).hasSameSizeAs(values);
        assertThat(found[values.length - 1])
            .isEqualTo(
                dtype == DType.F32
                    ? values[values.length - 1]
                    : HalfFloats.fromBf16(HalfFloats.toBf16(values[values.length - 1])));
      }
    }
  }

  @Test
  void aFailureLeavesThePreviousFileAndNoTemporaryOne() throws IOException {
    Path file = folder.resolve("adapter_model.safetensors");
    SafetensorsWriter.write(file, someTensors(1), Map.of());
    byte[] before = Files.readAllBytes(file);
    List<TensorInfo> layout = List.of(new TensorInfo("w", DType.F32, 2));
    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    file,
                    layout,
                    Map.of(),
                    (tensor, sink) -> {
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(LlmException.class)
        .hasMessage("Cannot write %s: No space left on device", file);
    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    file,
                    layout,
                    Map.of(),
                    (tensor, sink) -> sink.floats(new float[] {1, 2, 3}, 0, 3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Invalid content of tensor w F32 [2]: 8 bytes, got 12");
    assertThat(file).hasBinaryContent(before);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aNameGivenTwiceIsRefused() {
    TensorInfo tensor = new TensorInfo("w", DType.F32, 1);
    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    folder.resolve("x"), List.of(tensor, tensor), Map.of(), (t, s) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid tensor w: given twice");
  }

  @Test
  void aTensorOverTwoGibibytesIsMappedInRowBlocks() throws IOException {
    Path file = folder.resolve("sparse.safetensors");
    long rows = 700_001;
    String json =
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[%d,1024],\"data_offsets\":[0,%d]}}"
            .formatted(rows, rows * 4096);
    long start = 8L + json.length();
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      out.write(length.putLong(json.length()).array());
      out.write(json.getBytes(StandardCharsets.US_ASCII));
      out.setLength(start + rows * 4096);
      out.seek(start + (rows - 1) * 4096);
      out.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(42).array());
    }
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      List<ByteBuffer> blocks = read.map("w");
      assertThat(blocks)
          .extracting(ByteBuffer::remaining)
          .containsExactly(524_287 * 4096, (int) (rows - 524_287) * 4096);
      ByteBuffer last = blocks.get(1);
      assertThat(last.getFloat(last.limit() - 4096)).isEqualTo(42);
    }
  }

  private static NamedTensors someTensors(long seed) {
    Random random = new Random(seed);
    return NamedTensors.builder()
        .put("lora_A.weight", new long[] {2, 3}, floats(random, 6))
        .put("lora_B.weight", new long[] {3, 2}, floats(random, 6))
        .put("scalar", new long[0], floats(random, 1))
        .build();
  }

  private static float[] floats(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static String header(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return new String(bytes, 8, bytes.length - 8, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
