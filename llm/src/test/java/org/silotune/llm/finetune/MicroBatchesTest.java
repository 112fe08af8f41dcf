package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class MicroBatchesTest {

  private static final List<MicroBatch> BATCHES =
      EvenBatches.cut(FixtureExamples.draw(20, 1), /* tokenBudget= */ 1);

  @Test
  void everyBatchIsHandedOutOnceAndAddedInOrder() throws Exception {
    MicroBatches batches = new MicroBatches(BATCHES);
    List<Integer> added = new ArrayList<>();
    runOnFour(
        () -> {
          for (int i = batches.next(); i >= 0; i = batches.next()) {
            int number = i;
            Thread.sleep(number % 3); // finished out of order
            batches.addInTurn(number, () -> added.add(number));
          }
        });
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < BATCHES.size(); i++) {
      all.add(i);
    }
    assertThat(added).isEqualTo(all);
  }

  @Test
  void aFailureLetsNobodyWaitAndHandsOutNothingMore() throws Exception {
    MicroBatches batches = new MicroBatches(BATCHES);
    int lost = batches.next();
    List<Integer> added = new ArrayList<>();
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      int later = batches.next();
      Future<?> waiting = pool.submit(() -> batches.addInTurn(later, () -> added.add(later)));
      assertThat(waiting.isDone()).isFalse();
      batches.abandon();
      waiting.get(30, TimeUnit.SECONDS);
    } finally {
      pool.shutdownNow();
    }
    assertThat(lost).isZero();
    assertThat(added).isEmpty();
    assertThat(batches.next()).isEqualTo(-1);
  }

  private interface Work {
    void run() throws Exception;
  }

  private static void runOnFour(Work work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        done.add(
            pool.submit(
                () -> {
                  work.run();
                  return null;
                }));
      }
      for (Future<?> one : done) {
        one.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
