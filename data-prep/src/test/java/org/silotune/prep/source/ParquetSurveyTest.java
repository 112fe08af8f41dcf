package org.silotune.prep.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.UnknownColumnException;
import org.silotune.prep.shard.HighWaterMark;

/** Parquet files under a high-water mark: all are looked at at once. */
@ExtendWith(SparkSessionExtension.class)
final class ParquetSurveyTest {

  @TempDir Path temp;

  @Test
  void filesAreCountedEachForItself(SparkSession spark) {
    SourceSnapshot source = write(spark, 4);
    SortedSet<String> names = new TreeSet<>(source.units().keySet());

    HighWaterSurvey survey = source.survey(names, "n", Optional.of(HighWaterMark.of("5")));

    assertThat(survey.mark()).hasToString("Optional[7]");
    assertThat(survey.newRows()).isEqualTo(2);
    assertThat(names.stream().map(name -> survey.taken(name, /* isKnown= */ true)))
        .containsExactlyInAnyOrder(0L, 0L, 0L, 2L);
    assertThat(names.stream().map(name -> survey.late(name, /* isKnown= */ true, 0)))
        .containsExactlyInAnyOrder(2L, 2L, 2L, 0L);
    assertThat(source.survey(Set.of(), "n", Optional.empty()).mark()).isEmpty();
    assertThatThrownBy(() -> source.survey(names, "m", Optional.empty()))
        .isInstanceOf(UnknownColumnException.class)
        .hasMessage(
            "Unknown column m (named as high-water): file %s has n; set data.incremental.high-water",
            names.first());
  }

  @Test
  void moreFilesAreNoMoreJobs(SparkSession spark) throws Exception {
    assertThat(jobs(spark, write(spark, 3))).isEqualTo(jobs(spark, write(spark, 9)));
  }

  private static int jobs(SparkSession spark, SourceSnapshot source) throws Exception {
    AtomicInteger jobs = new AtomicInteger();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs.incrementAndGet();
          }
        };
    spark.sparkContext().listenerBus().waitUntilEmpty();
    spark.sparkContext().addSparkListener(listener);
    try {
      source.survey(source.units().keySet(), "n", Optional.empty());
      spark.sparkContext().listenerBus().waitUntilEmpty();
    } finally {
      spark.sparkContext().removeSparkListener(listener);
    }
    assertThat(jobs.get()).isPositive();
    return jobs.get();
  }

  /** Files of two rows each, numbered from 0. */
  private SourceSnapshot write(SparkSession spark, int files) {
    Path folder = temp.resolve("of %d".formatted(files));
    spark.range(0, 2L * files, 1, files).selectExpr("id AS n").write().parquet(folder.toString());
    return SourceSnapshot.of(spark, SourceConfig.defaults().withPath(folder));
  }
}
