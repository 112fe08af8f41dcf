package org.silotune.llm.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.silotune.llm.testing.ResidentMemory;

final class NativeAllocatorTest {

  private static final int BLOCK = NativeAllocator.OWN_PAGES / Float.BYTES;

  @Test
  void freedBlockAmongUsedOnesLeavesMemory() {
    // A fine-tune of this process may have kept its layers before.
    assertThat(NativeAllocator.settle(NativeAllocator.Freed.RETURNED)).isTrue();
    assertThat(freedAmongUsed()).isGreaterThan(24L * NativeAllocator.OWN_PAGES);
  }

  @Test
  void freedBlockAmongUsedOnesStaysToBeUsedAgain() {
    assertThat(NativeAllocator.settle(NativeAllocator.Freed.REUSED)).isTrue();
    try {
      assertThat(freedAmongUsed()).isLessThan(8L * NativeAllocator.OWN_PAGES);
    } finally {
      assertThat(NativeAllocator.settle(NativeAllocator.Freed.RETURNED)).isTrue();
    }
  }

  /** Returns by how much memory shrinks where 32 of 64 blocks are freed, every other one. */
  private static long freedAmongUsed() {
    try (ComputeThread thread = ComputeThread.enter(1);
        NativeScope scope = NativeScope.openOn(TensorDevice.processor())) {
      thread.requireCurrent();
      // The one whose freeing raises glibc's own size, to 28 MB.
      scope.floats(new float[7 << 20], 7 << 20).close();
      List<NativeTensor> blocks = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        blocks.add(scope.floats(new float[BLOCK], BLOCK));
      }
      long before = ResidentMemory.bytes();
      for (int i = 0; i < blocks.size(); i += 2) {
        blocks.get(i).close();
      }
      return before - ResidentMemory.bytes();
    }
  }

  @Test
  void whatSomebodyElseSetStays() {
    assertThat(NativeAllocator.foreign(Map.of())).isEmpty();
    assertThat(NativeAllocator.foreign(Map.of("GLIBC_TUNABLES", "glibc.malloc.check=1"))).isEmpty();
    assertThat(NativeAllocator.foreign(Map.of("LD_PRELOAD", "/usr/lib/libeatmydata.so"))).isEmpty();
    assertThat(NativeAllocator.foreign(Map.of("MALLOC_MMAP_THRESHOLD_", "65536")))
        .contains("MALLOC_MMAP_THRESHOLD_ is set");
    assertThat(NativeAllocator.foreign(Map.of("MALLOC_TRIM_THRESHOLD_", "65536")))
        .contains("MALLOC_TRIM_THRESHOLD_ is set");
    assertThat(
            NativeAllocator.foreign(Map.of("GLIBC_TUNABLES", "glibc.malloc.mmap_threshold=65536")))
        .contains("GLIBC_TUNABLES is glibc.malloc.mmap_threshold=65536");
    assertThat(NativeAllocator.foreign(Map.of("LD_PRELOAD", "/usr/lib/libjemalloc.so.2")))
        .contains("LD_PRELOAD is /usr/lib/libjemalloc.so.2");
  }
}
