package org.silotune.fed.spark;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.silotune.fed.aggregate.SiloReplies;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.round.RecoveryConfig;
import org.silotune.fed.round.RoundListener;

/**
 * Asks silos something, each where its data is, with the patience of rounds: see {@link SiloPass}.
 * A silo that cannot be asked in the end is data.
 */
public final class SiloInquiry {

  private final JavaSparkContext spark;
  private final ExecutorSettings settings;
  private final RecoveryConfig recovery;
  private final RoundListener listener;

  /** An inquiry on a running Spark. */
  public SiloInquiry(
      JavaSparkContext spark,
      ExecutorSettings settings,
      RecoveryConfig recovery,
      RoundListener listener) {
    this.spark = spark;
    this.settings = settings;
    this.recovery = recovery;
    this.listener = listener;
  }

  /** Returns the running Spark. */
  public JavaSparkContext spark() {
    return spark;
  }

  /**
   * Returns a reply of every silo, with an answer or without.
   *
   * @param what is asked for, such as {@code test loss after round 3}
   */
  public <T> SiloReplies<T> ask(String what, SiloQuestion<T> question, List<SiloDescriptor> silos) {
    QuestionStage<T> stage = new QuestionStage<>(what, new QuestionStage.QuestionWork<>(question));
    return SiloPass.over(silos, stage, spark, settings, recovery, listener);
  }
}
