package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.silotune.llm.LlmException;

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
                ResidentModels.get(
                    key,
                    () -> {
                      begun.countDown();
                      await(ready);
                      return failed(failure);
                    }));
    begun.await();
    return result;
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
                ResidentModels.get(key, ResidentModelsTest::loadedAgain);
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
    return new ResidentModels.Key(path, "0".repeat(64), "float32", "cpu");
  }

  private static DecoderModel loadedAgain() {
    throw new AssertionError("Loaded a second time");
  }
}
