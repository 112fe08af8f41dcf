package org.silotune.fed.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.silotune.fed.client.RowProgress;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloReply;
import org.silotune.fed.round.FakeSilos;
import org.silotune.fed.round.RecoveryConfig;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.round.TaskSite;

final class SiloInquiryTest {

  /** Answers one row of two, then takes its time. */
  private record SlowQuestion() implements SiloQuestion<String> {

    @Override
    public SiloReply<String> ask(SiloDescriptor silo, TaskSite site, QuestionProgress progress) {
      progress.answered(1, 2);
      progress.advanced();
      try {
        Thread.sleep(Duration.ofSeconds(1).toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return SiloReply.of(silo.name(), "done", site.host(), "");
    }
  }

  @Test
  void answeredRowsAreHeardOfWhileASiloGoesOn() {
    ConcurrentLinkedQueue<RowProgress> heard = new ConcurrentLinkedQueue<>();
    RoundListener listener =
        new RoundListener() {
          @Override
          public void answered(RowProgress progress) {
            heard.add(progress);
          }
        };
    try (TestSpark spark = TestSpark.local()) {
      SiloInquiry inquiry =
          new SiloInquiry(
              JavaSparkContext.fromSparkContext(spark.session().sparkContext()),
              ExecutorSettings.defaults(),
              RecoveryConfig.defaults(),
              listener);

      var replies = inquiry.ask("a word", new SlowQuestion(), List.of(FakeSilos.silo("a", 3)));

      assertThat(replies.bySilo().get("a").answer()).contains("done");
    }
    assertThat(heard).contains(new RowProgress("a", 1, 2));
  }
}
