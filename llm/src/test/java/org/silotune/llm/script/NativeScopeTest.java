package org.silotune.llm.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.checkpoint.MappedFile;
import org.silotune.llm.checkpoint.PinnedMapping;

final class NativeScopeTest {

  private static final String IDENTITY =
      """
        def numbers(self, x: Tensor) -> Tensor:
          return torch.to(x, 7)

        def total(self, x: List[Tensor]) -> Tensor:
          return torch.to(torch.sum(x[0]), 7)

      """;

  private ComputeThread thread;
  private NativeScope scope;
  private ScriptModule script;

  @BeforeEach
  void open() {
    thread = ComputeThread.enter(1);
    scope = NativeScope.openOn(TensorDevice.processor());
    script = ScriptModule.compile(scope, IDENTITY);
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
  void whatJavaChangesLaterDoesNotReachTheTensor() {
    float[] values = {1, 2};
    NativeTensor tensor = scope.floats(values, 2);
    values[0] = 9;
    assertThat(tensor.toFloats()).containsExactly(1, 2);
  }

  @Test
  void aShapeOfAnotherSizeIsRefused() {
    assertThatThrownBy(() -> scope.floats(new float[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid shape (2, 3) for 5 values");
    assertThatThrownBy(() -> scope.longs(new long[7], 2, 3))
        .hasMessage("Invalid shape (2, 3) for 7 values");
    assertThat(scope.heldCount()).isZero();
  }

  @Test
  void copyingTakesNoDirectMemoryOfJavasOwn() {
    byte[] mask = new byte[1 << 20];
    long before = directMemory();
    for (int i = 0; i < 100; i++) {
      scope.bytes(mask, mask.length).close();
    }
    assertThat(directMemory() - before).isLessThan(mask.length);
  }

  @Test
  void whatRefersToAFileOutlivesTheFileItsScopeAndGarbageCollections(@TempDir Path folder)
      throws IOException {
    int count = 1 << 20;
    TensorList list = listOfAMappedFile(folder.resolve("zeros"), count);
    for (int i = 0; i < 3; i++) {
      System.gc(); // no handle refers to the buffer: one that Java may unmap would be unmapped
      assertThat(freshBytes(count)).isEqualTo(count); // and its addresses taken by others
    }
    assertThat(script.call("total").tensors(list).toTensor(scope).toDoubles()).containsExactly(0);
    list.close();
  }

  private static TensorList listOfAMappedFile(Path path, int count) throws IOException {
    Files.write(path, new byte[count]);
    try (MappedFile file = MappedFile.open(path);
        NativeScope own = NativeScope.openOn(TensorDevice.processor())) {
      PinnedMapping mapping = file.pin(new MappedFile.Rows("zeros", 0, count, 1)).get(0);
      return TensorList.of(List.of(own.mapped(mapping, StorageType.UINT8, count)));
    } finally {
      Files.delete(path);
    }
  }

  private int freshBytes(int count) {
    byte[] ones = new byte[count];
    Arrays.fill(ones, (byte) 1);
    try (NativeTensor tensor = scope.bytes(ones, count)) {
      return (int) tensor.shape()[0];
    }
  }

  private double[] doubles(NativeTensor tensor) {
    return script.call("numbers").tensor(tensor).toTensor(scope).toDoubles();
  }

  private static long directMemory() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
