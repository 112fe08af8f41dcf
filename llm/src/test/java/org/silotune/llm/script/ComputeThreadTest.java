package org.silotune.llm.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a thread did before has no say in what it computes. */
final class ComputeThreadTest {

  private static final String SCRIPT =
      """
        def total(self, x: Tensor) -> Tensor:
          return torch.sum(x)

        def square(self, x: Tensor) -> Tensor:
          return torch.sum(torch.mul(x, x))

      """;

  private static final int COUNT = 1_000_003;

  private static NativeScope scope;
  private static ScriptModule script;

  @BeforeAll
  static void open() {
    scope = NativeScope.openOn(TensorDevice.processor());
    script = ScriptModule.compile(scope, SCRIPT);
  }

  @AfterAll
  static void close() {
    scope.close();
  }

  @Test
  void theBitsAreThoseOfAFreshThreadWhateverTheThreadDidBefore() throws Exception {
    float fresh = onThread(() -> total(1));

    for (int threads : new int[] {1, 2, 3}) {
      for (boolean flag : new boolean[] {true, false}) {
        float spoiled =
            onThread(
                () -> {
                  JniUtils.setNumThreads(threads);
                  JniUtils.setGraphExecutorOptimize(flag);
                  JniUtils.setGradMode(flag);
                  return total(1);
                });
        assertThat(spoiled).as("%d threads, %s", threads, flag).isEqualTo(fresh);
      }
    }
    // Else the sum would notice nothing and this test could not fail.
    assertThat(onThread(() -> total(2))).isNotEqualTo(fresh);
  }

  @Test
  void recordingIsOffUntilItIsAskedForAndThenAsItWas() throws Exception {
    for (boolean before : new boolean[] {true, false}) {
      assertThat(
              onThread(
                  () -> {
                    JniUtils.setGradMode(before);
                    try (ComputeThread thread = ComputeThread.enter(1)) {
                      assertThat(JniUtils.isGradMode()).isFalse();
                      thread.record(ComputeThread.Recording.ON);
                      assertThat(JniUtils.isGradMode()).isTrue();
                      try (ComputeThread inner = ComputeThread.enter(1)) {
                        inner.requireCurrent();
                        assertThat(JniUtils.isGradMode()).isFalse();
                      }
                      assertThat(JniUtils.isGradMode()).isTrue();
                    }
                    return JniUtils.isGradMode();
                  }))
          .isEqualTo(before);
    }
  }

  @Test
  void nothingIsComputedOnAThreadThatHasNotEntered() throws Exception {
    String refusal =
        "Cannot compute on Thread\\[.*]: its thread count, graph optimisation and gradient mode are not set; enter a ComputeThread first";
    onThread(
        () -> {
          try (NativeScope own = scope.open()) {
            NativeTensor x = own.floats(new float[] {1, 2}, 2).requireGradient();
            NativeTensor loss;
            try (ComputeThread thread = ComputeThread.enter(1)) {
              thread.record(ComputeThread.Recording.ON);
              loss = script.call("square").tensor(x).toTensor(own);
              try (ComputeThread inner = ComputeThread.enterToCopy()) {
                inner.requireCurrent();
              }
              loss.shape(); // still inside the outer one
              script.call("square").tensor(x).toTensor(own).close();
            }
            assertThatThrownBy(() -> script.call("square").tensor(x).toTensor(own))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching(refusal);
            NativeTensor seed = own.floats(new float[] {1});
            assertThatThrownBy(() -> loss.backward(seed)).hasMessageMatching(refusal);
            try (ComputeThread thread = ComputeThread.enter(1)) {
              thread.requireCurrent();
              loss.backward(seed);
            }
            try (NativeTensor gradient = x.gradient()) {
              assertThat(gradient.toFloats()).containsExactly(2, 4);
            }
          }
          return true;
        });
  }

  @Test
  void oneCountOfThreadsHoldsForTheProcessAndCopiesGoOnBesideIt() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Future<?> busy =
          pool.submit(
              () -> {
                try (ComputeThread thread = ComputeThread.enter(2)) {
                  thread.requireCurrent();
                  entered.countDown();
                  done.await();
                }
                return true;
              });
      entered.await();
      assertThatThrownBy(() -> ComputeThread.enter(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "Cannot compute with 1 threads: this process computes with 2 at the moment, and the count changes bits");
      assertThat(pool.submit(ComputeThreadTest::threadsOfACopy).get()).isEqualTo(2);
      done.countDown();
      busy.get();
      assertThat(pool.submit(ComputeThreadTest::threadsOfACopy).get()).isEqualTo(1);
    } finally {
      done.countDown();
      pool.shutdown();
    }
  }

  @Test
  void aThreadIsLeftByItselfAlone() throws Exception {
    ComputeThread mine = ComputeThread.enter(1);
    try (mine) {
      onThread(
          () -> {
            assertThatThrownBy(mine::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Cannot compute on Thread[");
            return true;
          });
    }
  }

  @Test
  void aCountBelowOneIsRefused() {
    assertThatThrownBy(() -> ComputeThread.enter(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid thread count 0: must be >= 1");
  }

  private static int threadsOfACopy() {
    try (ComputeThread thread = ComputeThread.enterToCopy()) {
      thread.requireCurrent();
      return JniUtils.getNumThreads();
    }
  }

  /** A sum whose last bits show in how many parts it was made. */
  private static float total(int threads) {
    float[] values = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      values[i] = 1f / (1 + i % 9973);
    }
    try (ComputeThread thread = ComputeThread.enter(threads);
        NativeScope own = scope.open()) {
      thread.requireCurrent();
      NativeTensor sum = script.call("total").tensor(own.floats(values, COUNT)).toTensor(own);
      return sum.toFloats()[0];
    }
  }

  private static <T> T onThread(Callable<T> work) throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      return pool.submit(work).get();
    } finally {
      pool.shutdown();
    }
  }
}
