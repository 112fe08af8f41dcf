package org.silotune.fed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.silotune.fed.aggregate.SiloReplies;
import org.silotune.fed.client.Placement;
import org.silotune.fed.client.ResidentModel;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloReply;
import org.silotune.fed.metrics.PredictionRow;
import org.silotune.fed.round.FakeSilos;
import org.silotune.fed.round.RecoveryConfig;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.spark.ExecutorSettings;
import org.silotune.fed.spark.SiloInquiry;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.tensor.NamedTensors;

final class HeldOutAnswersTest {

  private static final AnswerSettings SETTINGS =
      new AnswerSettings(
          new BaseModel.Message(
              new ResidentModel("tiny", "nowhere", "nowhere", "", ModelOptions.float32()), "", ""),
          LoraConfig.defaults(),
          ExecutorSettings.defaults(),
          /* maxLength= */ 64,
          AnswerCheck.NONE,
          /* checkedRows= */ 1,
          new ShownRows(new TreeMap<>(Map.of("silo-99", 1))),
          /* maxNewTokens= */ 1);

  @Test
  void rowsOfASiloAreOpenedOnItsHostsOnly() throws Exception {
    SiloDescriptor elsewhere =
        FakeSilos.silo("silo-99", 10, List.of("nowhere.example"), Placement.STRICT);
    try (SparkSession session =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      NamedTensors adapter = NamedTensors.builder().build();

      SiloReplies<List<PredictionRow>> replies =
          new HeldOutAnswers(
                  new SiloInquiry(
                      spark, SETTINGS.executor(), RecoveryConfig.defaults(), RoundListener.NONE),
                  SETTINGS)
              .of(0, adapter, List.of(elsewhere));

      assertThat(HeldOutAnswers.rows(replies)).isEmpty();
      assertThat(replies.unanswered())
          .extracting(SiloReply::account)
          .containsExactly(
              "silo-99: misplaced, Cannot open the data of silo silo-99 on host 127.0.0.1: its hosts are nowhere.example and placement is strict");
    }
  }
}
