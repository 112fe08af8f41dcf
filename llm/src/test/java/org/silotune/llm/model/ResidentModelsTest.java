package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.InsufficientMemoryException;
import org.silotune.llm.LlmException;
import org.silotune.llm.script.RefusedMemory;
import org.silotune.llm.script.TensorDevice;

@Timeout(60)
final class ResidentModelsTest {

  @Test
  void laterTasksShareWhatTheFirstLoaded() {
    DecoderModel model = ResidentModels.get(key("shared"), () -> FixtureModels.load("llama"));
    assertThat(ResidentModels.get(key("shared"), ResidentModelsTest::loadedAgain)).isSameAs(model);
  }

  @Test
  void waitingTasksFailAsTheLoaderDoesAndTheNextLoadsAnew() throws InterruptedException {
    assertWaitingTaskGets(key("failure"), new LlmException("Cannot read it"));
    assertWaitingTaskGets(key("error"), new OutOfMemoryError("Cannot reserve it"));
    assertThat(ResidentModels.get(key("error"), () -> FixtureModels.load("llama"))).isNotNull();
  }

  @Test
  void cancelledTaskStopsWaitingAndTheLoadGoesOn() throws InterruptedException {
    ResidentModels.Key key = key("cancelled");
    CountDownLatch ready = new CountDownLatch(1);
    CompletableFuture<DecoderModel> loading = loading(key, ready, null);
    AtomicReference<Throwable> seen = new AtomicReference<>();
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread waiting = waiting(key, seen, interrupted);

    waiting.interrupt();
    waiting.join();

    assertThat(seen.get())
        .isInstanceOf(CancellationException.class)
        .hasMessage("The task was cancelled while another loads model cancelled");
    assertThat(interrupted).isTrue();
    ready.countDown();
    assertThat(ResidentModels.get(key, ResidentModelsTest::loadedAgain)).isSameAs(loading.join());
  }

  /** The models lie on the processor: what is kept goes by the key. */
  @Test
  void anIdleModelLeavesItsGpuWhenAnotherIsToBeLoadedThere() {
    TensorDevice gpu = new TensorDevice.Gpu(7);
    DecoderModel first = load("first", gpu, DecoderModel::heldCount);
    DecoderModel elsewhere = load("elsewhere", new TensorDevice.Gpu(6), DecoderModel::heldCount);
    ResidentModels.Lease used = ResidentModels.lease(key("used", gpu), ResidentModelsTest::loaded);
    assertThat(first.heldCount()).as("left for another").isZero();
    assertThat(elsewhere.heldCount()).isPositive();
    DecoderModel second = load("second", gpu, DecoderModel::heldCount);
    assertThat(load("first", gpu, model -> model)).as("loaded anew").isNotSameAs(first);
    assertThat(second.heldCount()).isZero();
    assertThat(used.model().heldCount()).as("in use").isPositive();
    ResidentModels.Lease again =
        ResidentModels.lease(key("used", gpu), ResidentModelsTest::loadedAgain);
    assertThat(again.model()).isSameAs(used.model());
    used.close();
    used.close(); // counts once
    assertThat(load("second", gpu, model -> model)).isNotSameAs(second);
    assertThat(again.model().heldCount()).as("in use by one more").isPositive();
    again.close();
    assertThat(load("third", gpu, model -> model)).isNotNull();
    assertThat(again.model().heldCount()).isZero();
  }

  @Test
  void aModelsLastTaskClosesItWhereAnotherIsInUse() {
    TensorDevice gpu = new TensorDevice.Gpu(9);
    ResidentModels.Lease a = ResidentModels.lease(key("a", gpu), ResidentModelsTest::loaded);
    ResidentModels.Lease b = ResidentModels.lease(key("b", gpu), ResidentModelsTest::loaded);
    a.close();
    assertThat(a.model().heldCount()).as("left, and b is in use").isZero();
    b.close();
    assertThat(b.model().heldCount()).as("left, and alone").isPositive();
  }

  /** What closes slowly is gone before any task loads it again. */
  @Test
  void aModelIsNotLoadedBesideItselfWhileItIsClosed(@TempDir Path cache) throws Exception {
    TensorDevice gpu = new TensorDevice.Gpu(10);
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch mayClose = new CountDownLatch(1);
    List<String> events = Collections.synchronizedList(new ArrayList<>());
    Runnable slowly =
        () -> {
          closing.countDown();
          await(mayClose);
          events.add("closed");
        };
    given(key("slow", gpu), () -> copied(cache, slowly));
    CompletableFuture<DecoderModel> other =
        CompletableFuture.supplyAsync(() -> given(key("other", gpu), ResidentModelsTest::loaded));
    closing.await();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread again =
        new Thread(
            () -> {
              try {
                given(
                    key("slow", gpu),
                    () -> {
                      events.add("loaded");
                      return loaded();
                    });
              } catch (RuntimeException e) {
                failure.set(e);
              }
            });
    again.start();
    while (again.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
    assertThat(events).isEmpty();
    mayClose.countDown();
    again.join();
    assertThat(other.join()).isNotNull();
    assertThat(failure.get()).isNull();
    assertThat(events).containsExactly("closed", "loaded");
  }

  @Test
  void everyIdleModelIsClosedWhereOneDoesNotClose(@TempDir Path cache) {
    TensorDevice gpu = new TensorDevice.Gpu(11);
    Runnable failing =
        () -> {
          throw new IllegalStateException("CUDA error: unspecified launch failure");
        };
    ResidentModels.Lease kept = ResidentModels.lease(key("kept", gpu), ResidentModelsTest::loaded);
    ResidentModels.Lease bad = ResidentModels.lease(key("bad", gpu), () -> copied(cache, failing));
    assertThatThrownBy(bad::close)
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Cannot make room on cuda:11: model bad does not close: CUDA error: unspecified launch failure; start the process anew");
    kept.close();
    given(key("next", gpu), ResidentModelsTest::loaded);
    assertThat(kept.model().heldCount()).isZero();
  }

  @Test
  void aGpuThatIsTooSmallSaysWhatElseItHolds() {
    TensorDevice gpu = new TensorDevice.Gpu(12);
    ResidentModels.Lease used = ResidentModels.lease(key("used", gpu), ResidentModelsTest::loaded);
    assertThatThrownBy(
            () ->
                ResidentModels.lease(
                    key("large", gpu),
                    () -> {
                      throw new InsufficientMemoryException(
                          "Cannot load large", RefusedMemory.onGpu("1.50 GiB"));
                    }))
        .isInstanceOf(InsufficientMemoryException.class)
        .hasMessage("Cannot load large; beside it lie there used (78.5 kB, tasks: 1)");
    used.close();
  }

  @Test
  void aTaskThatIsCancelledWhileItWaitsHoldsNoModel() throws InterruptedException {
    TensorDevice gpu = new TensorDevice.Gpu(8);
    CountDownLatch ready = new CountDownLatch(1);
    CompletableFuture<DecoderModel> loading = loading(key("slow", gpu), ready, null);
    Thread waiting = waiting(key("slow", gpu), new AtomicReference<>(), new AtomicBoolean());
    waiting.interrupt();
    waiting.join();
    ready.countDown();
    assertThat(loading.join().heldCount()).isPositive();
    load("next", gpu, model -> model);
    assertThat(loading.join().heldCount()).isZero();
  }

  @Test
  void aModelOnAGpuIsNotKeptForEver() {
    assertThatThrownBy(
            () ->
                ResidentModels.get(
                    key("kept", new TensorDevice.Gpu(1)), ResidentModelsTest::loaded))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot keep model kept on cuda:1 for ever: lease it");
  }

  private static DecoderModel load(
      String path, TensorDevice device, Function<DecoderModel, Object> use) {
    try (ResidentModels.Lease lease =
        ResidentModels.lease(key(path, device), ResidentModelsTest::loaded)) {
      assertThat(use.apply(lease.model())).isNotNull();
      return lease.model();
    }
  }

  private static DecoderModel copied(Path cache, Runnable emptied) {
    return CopiedModels.load("llama", cache, ModelOptions.float32(), emptied);
  }

  private static DecoderModel loaded() {
    return FixtureModels.load("llama");
  }

  private static void assertWaitingTaskGets(ResidentModels.Key key, Throwable failure)
      throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(1);
    CompletableFuture<DecoderModel> loading = loading(key, ready, failure);
    AtomicReference<Throwable> seen = new AtomicReference<>();
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread waiting = waiting(key, seen, interrupted);

    ready.countDown();
    waiting.join();

    assertThat(seen.get()).isSameAs(failure);
    assertThat(interrupted).isFalse();
    assertThatThrownBy(loading::join).hasCause(failure);
  }

  /** A task that loads, or fails to, as soon as it may; returns when it has begun. */
  private static CompletableFuture<DecoderModel> loading(
      ResidentModels.Key key, CountDownLatch ready, @Nullable Throwable failure)
      throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<DecoderModel> result =
        CompletableFuture.supplyAsync(
            () ->
                given(
                    key,
                    () -> {
                      begun.countDown();
                      await(ready);
                      return failed(failure);
                    }));
    begun.await();
    return result;
  }

  /** Asks and gives back. */
  private static DecoderModel given(ResidentModels.Key key, Supplier<DecoderModel> loader) {
    try (ResidentModels.Lease lease = ResidentModels.lease(key, loader)) {
      return lease.model();
    }
  }

  private static DecoderModel failed(@Nullable Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    return FixtureModels.load("llama");
  }

  /** A task that asks for what another loads; returns when it waits. */
  private static Thread waiting(
      ResidentModels.Key key, AtomicReference<Throwable> seen, AtomicBoolean interrupted) {
    Thread thread =
        new Thread(
            () -> {
              try {
                assertThat(given(key, ResidentModelsTest::loadedAgain)).isNotNull();
              } catch (Throwable e) {
                seen.set(e);
                interrupted.set(Thread.currentThread().isInterrupted());
              }
            });
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return thread;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ResidentModels.Key key(String path) {
    return key(path, TensorDevice.processor());
  }

  private static ResidentModels.Key key(String path, TensorDevice device) {
    return new ResidentModels.Key(path, "0".repeat(64), "float32", device);
  }

  private static DecoderModel loadedAgain() {
    throw new AssertionError("Loaded a second time");
  }
}
