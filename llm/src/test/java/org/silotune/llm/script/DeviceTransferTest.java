package org.silotune.llm.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.checkpoint.MappedFile;
import org.silotune.llm.checkpoint.PinnedMapping;

/**
 * The ways of values to a device, with the processor in the place of one: all through ordinary
 * memory and a copy that is waited for, or as a batch's, fetched while the thread goes on, from
 * what is page-locked where there is a GPU.
 */
@ParameterizedClass
@ValueSource(longs = {-1, DeviceTransfer.LARGEST_PINNED})
final class DeviceTransferTest {

  private static final String NUMBERS =
      """
        def numbers(self, x: Tensor) -> Tensor:
          return torch.to(x, 7)
      """;

  @Parameter long largestPinned;

  private ComputeThread thread;
  private NativeScope scope;
  private ScriptModule script;

  @BeforeEach
  void open() {
    thread = ComputeThread.enter(1);
    scope =
        NativeScope.openOn(
            TensorDevice.processor(),
            Optional.of(
                DeviceTransfer.compiled("cpu", "pin_memory=False", largestPinned, () -> {})));
    script = ScriptModule.compile(scope, NUMBERS);
  }

  @AfterEach
  void close() {
    scope.close();
    thread.close();
  }

  @Test
  void valuesOfEveryTypeArriveInRowMajorOrder() {
    NativeTensor floats = scope.floats(new float[] {1.5f, -2, 3, Float.MIN_VALUE, 5, 6}, 2, 3);
    assertThat(floats.shape()).containsExactly(2, 3);
    assertThat(floats.toFloats()).containsExactly(1.5f, -2, 3, Float.MIN_VALUE, 5, 6);
    assertThat(doubles(scope.longs(new long[] {1L << 40, -7}, 2))).containsExactly(0x1p40, -7);
    assertThat(doubles(scope.bytes(new byte[] {1, 0, -1}, 3))).containsExactly(1, 0, 255);
    assertThat(scope.floats(new float[] {4}).toFloats()).containsExactly(4);
    assertThat(doubles(scope.longs(new long[0], 0))).isEmpty();
  }

  @Test
  void whatIsMadeOfNothingIsThereToo() {
    assertThat(scope.zeros(2, 2).toFloats()).containsExactly(0, 0, 0, 0);
    assertThat(scope.zeros(2, 2).shape()).containsExactly(2, 2);
    assertThat(scope.scalar(0.1).toDoubles()).containsExactly(0.1);
    assertThat(scope.scalar(0.1).shape()).isEmpty();
  }

  @Test
  void onlyWhatArrivedIsHeld() {
    int before = scope.heldCount();
    scope.floats(new float[] {1, 2}, 2).close();
    assertThat(scope.heldCount()).isEqualTo(before);
    assertThatThrownBy(() -> scope.floats(new float[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid shape (2, 3) for 5 values");
    assertThat(scope.heldCount()).isEqualTo(before);
  }

  /** What follows must not overwrite what is on its way, as it would in memory that is reused. */
  @Test
  void whatIsSentNextLeavesWhatWasSentAsItWas() {
    NativeTensor first = scope.floats(new float[] {1, 2}, 2);
    NativeTensor second = scope.floats(new float[] {3, 4}, 2);
    NativeTensor lasting = scope.lastingFloats(new float[] {5, 6}, 2);
    assertThat(second.toFloats()).containsExactly(3, 4);
    assertThat(first.toFloats()).containsExactly(1, 2);
    assertThat(lasting.toFloats()).containsExactly(5, 6);
  }

  @Test
  void whatWasSentIsALeafThatCollectsAGradient() {
    NativeTensor leaf = scope.floats(new float[] {1, 2}, 2).requireGradient();
    thread.record(ComputeThread.Recording.ON);
    script
        .call("numbers")
        .tensor(leaf)
        .toTensor(scope)
        .backward(scope.floats(new float[] {1, 1}, 2));
    assertThat(leaf.gradient().toFloats()).containsExactly(1, 1);
  }

  @Test
  void mappedBytesArriveInTheirTypeBfloat16Too(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("weights");
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort((short) (Float.floatToRawIntBits(1.5f) >>> 16));
    bytes.putShort((short) (Float.floatToRawIntBits(-3) >>> 16));
    bytes.putFloat(0.1f);
    Files.write(path, bytes.array());
    try (MappedFile file = MappedFile.open(path)) {
      PinnedMapping halves = file.pin(new MappedFile.Rows("halves", 0, 4, 1)).get(0);
      assertThat(doubles(scope.mapped(halves, StorageType.BFLOAT16, 2))).containsExactly(1.5, -3);
      PinnedMapping single = file.pin(new MappedFile.Rows("single", 4, 4, 1)).get(0);
      assertThat(scope.mapped(single, StorageType.FLOAT32, 1).toFloats()).containsExactly(0.1f);
      assertThat(
              doubles(
                  scope.viewed(scope.mapped(single, StorageType.UINT8, 4), StorageType.FLOAT32)))
          .containsExactly(0.1f);
    }
  }

  /** What a GPU runs compiles here, and cannot run. */
  @Test
  void theTextForAGpuIsOneThatThisLibtorchReads() {
    assertThatCode(() -> DeviceTransfer.compiled("cuda:1", DeviceTransfer.LOCKED, 1, () -> {}))
        .doesNotThrowAnyException();
    assertThat(DeviceTransfer.text("cuda:1", DeviceTransfer.LOCKED))
        .contains("pin_memory=True")
        .contains("torch.device(\"cuda:1\"), None, True)");
  }

  /** A libtorch for the processor refuses page-locked memory, which tells the two ways apart. */
  @Test
  void whatIsLargeOrStaysGoesThroughOrdinaryMemory() {
    try (NativeScope own =
        NativeScope.openOn(
            TensorDevice.processor(),
            Optional.of(
                DeviceTransfer.compiled(
                    "cpu", DeviceTransfer.LOCKED, /* largestPinned= */ 8, () -> {})))) {
      assertThat(own.floats(new float[] {1, 2, 3}, 3).toFloats()).containsExactly(1, 2, 3);
      assertThatThrownBy(() -> own.floats(new float[] {1, 2}, 2)).hasMessageContaining("pin");
      assertThat(own.lastingFloats(new float[] {1, 2}, 1, 2).toFloats()).containsExactly(1, 2);
      assertThat(own.lastingFloats(new float[] {1, 2}, 1, 2).shape()).containsExactly(1, 2);
    }
    DeviceTransfer gpu =
        DeviceTransfer.compiled(
            "cuda:1", DeviceTransfer.LOCKED, DeviceTransfer.LARGEST_PINNED, () -> {});
    assertThat(gpu.isPinned(32 << 20)).isTrue();
    assertThat(gpu.isPinned((32 << 20) + 1)).isFalse();
  }

  private double[] doubles(NativeTensor tensor) {
    return script.call("numbers").tensor(tensor).toTensor(scope).toDoubles();
  }
}
