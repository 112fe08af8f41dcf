package org.silotune.llm.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.silotune.llm.script.NativeAllocator.Freed;
import org.silotune.llm.script.NativeAllocator.Hold;
import org.silotune.llm.testing.ChildJvm;
import org.silotune.llm.testing.ResidentMemory;

final class NativeAllocatorTest {

  private static final int BLOCK = NativeAllocator.OWN_PAGES / Float.BYTES;

  @Test
  void freedBlockAmongUsedOnesLeavesMemory() {
    assertThat(NativeAllocator.settle()).isTrue();
    assertThat(freedAmongUsed()).isGreaterThan(24L * NativeAllocator.OWN_PAGES);
  }

  @Test
  void freedBlockAmongUsedOnesStaysUntilNobodyHoldsThat() throws Exception {
    Map<String, Long> seen =
        ChildJvm.start(Reusing.class, List.of("-Xmx64m"), Map.of()).output().stream()
            .map(line -> line.split(" ", -1))
            .collect(Collectors.toMap(words -> words[0], words -> Long.parseLong(words[1])));
    assertThat(seen.get("freed")).isLessThan(8L * NativeAllocator.OWN_PAGES);
    assertThat(seen.get("other-ended")).isLessThan(8L * NativeAllocator.OWN_PAGES);
    assertThat(seen.get("ended")).isGreaterThan(24L * NativeAllocator.OWN_PAGES);
  }

  /** The process of the test above: how much memory shrank. */
  static final class Reusing {

    private Reusing() {}

    public static void main(String[] arguments) {
      Hold other = NativeAllocator.hold(Freed.REUSED);
      Hold hold = NativeAllocator.hold(Freed.REUSED);
      try (ComputeThread thread = ComputeThread.enter(1);
          NativeScope scope = NativeScope.openOn(TensorDevice.processor())) {
        thread.requireCurrent();
        List<NativeTensor> blocks = blocks(scope);
        long before = ResidentMemory.bytes();
        freeEveryOther(blocks);
        System.out.println("freed " + (before - ResidentMemory.bytes()));
        // What is freed from here on is what the other one's end alone did not give back.
        other.close();
        other.close();
        blocks.addAll(blocks(scope));
        before = ResidentMemory.bytes();
        freeEveryOther(blocks.subList(64, 128));
        System.out.println("other-ended " + (before - ResidentMemory.bytes()));
        before = ResidentMemory.bytes();
        hold.close();
        System.out.println("ended " + (before - ResidentMemory.bytes()));
      }
    }
  }

  /** Returns by how much memory shrinks where 32 of 64 blocks are freed, every other one. */
  private static long freedAmongUsed() {
    try (ComputeThread thread = ComputeThread.enter(1);
        NativeScope scope = NativeScope.openOn(TensorDevice.processor())) {
      thread.requireCurrent();
      List<NativeTensor> blocks = blocks(scope);
      long before = ResidentMemory.bytes();
      freeEveryOther(blocks);
      return before - ResidentMemory.bytes();
    }
  }

  private static List<NativeTensor> blocks(NativeScope scope) {
    // The one whose freeing raises glibc's own size, to 28 MB.
    scope.floats(new float[7 << 20], 7 << 20).close();
    List<NativeTensor> blocks = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      blocks.add(scope.floats(new float[BLOCK], BLOCK));
    }
    return blocks;
  }

  private static void freeEveryOther(List<NativeTensor> blocks) {
    for (int i = 0; i < blocks.size(); i += 2) {
      blocks.get(i).close();
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
