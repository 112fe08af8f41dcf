package org.silotune.fed.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.silotune.fed.aggregate.CohortSum;
import org.silotune.fed.aggregate.FixedPointScheme;
import org.silotune.fed.client.SiloOutcome;
import org.silotune.fed.client.SiloOutcome.Status;
import org.silotune.fed.metrics.SiloMetrics;
import org.silotune.llm.tensor.NamedTensors;

final class RoundStageTest {

  private static final FixedPointScheme SCHEME =
      FixedPointScheme.of(OptionalDouble.empty(), 10_000);

  @Test
  void aSumInOneProcessIsTheSumOverTheTreeBitForBit() {
    List<CohortSum> parts = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(5);
    CohortSum expected = CohortSum.EMPTY;
    for (int i = 0; i < 11; i++) {
      CohortSum part = i == 4 ? without("silo " + i) : part("silo " + i, 1 + i * i, random);
      parts.add(part);
      expected = expected.plus(part);
    }
    try (TestSpark spark = TestSpark.local()) {
      JavaSparkContext context = new JavaSparkContext(spark.session().sparkContext());
      JavaRDD<CohortSum> partitions = context.parallelize(parts, parts.size());

      for (CohortSum sum : List.of(RoundStage.here(partitions), RoundStage.overTree(partitions))) {
        assertThat(sum.deltas()).isEqualTo(expected.deltas());
        assertThat(sum.outcomes()).isEqualTo(expected.outcomes());
      }
    }
  }

  private static CohortSum part(String silo, long weight, SplittableRandom random) {
    float[] values = new float[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    NamedTensors delta =
        NamedTensors.builder().put("t", new long[] {values.length}, values).build();
    return CohortSum.of(
        SCHEME.encode(delta, weight, weight),
        new SiloOutcome(
            silo, Status.TRAINED, "", weight, SiloMetrics.NONE, 1, false, "h", "", null));
  }

  private static CohortSum without(String silo) {
    return CohortSum.without(SiloOutcome.without(silo, Status.FAILED, "NaN", "h"));
  }
}
