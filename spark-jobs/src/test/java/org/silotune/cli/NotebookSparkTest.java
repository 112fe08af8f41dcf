package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands called in a process that has a Spark of its own. */
final class NotebookSparkTest {

  @TempDir private Path folder;

  @Test
  void jobsUseTheSparkThatRunsAndLeaveItRunning() throws IOException {
    var experiment = TinyExperiment.in(folder);
    var notebook =
        SparkSession.builder()
            .master("local[2,4]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "4")
            .getOrCreate();
    try {
      var run = experiment.train("a", "--set", "federated.rounds=1");
      assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
      var scores = TinyExperiment.run("evaluate", experiment.of("a").toString(), "--json");
      assertThat(scores.json().path("loss")).isEqualTo(run.json().path("loss_after"));

      assertThat(notebook.sparkContext().isStopped()).isFalse();
      assertThat(
              notebook
                  .read()
                  .parquet(experiment.of("a").resolve("tables/rounds").toString())
                  .count())
          .isEqualTo(1);
    } finally {
      notebook.stop();
    }
  }
}
