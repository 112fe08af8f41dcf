package org.silotune.fed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.FederationException;
import org.silotune.fed.run.FullDiskFileSystem;
import org.silotune.fed.run.RunDirectory;
import org.silotune.fed.run.RunTables.Table;

/** Tables of a run on a disk that fills up under Spark. */
final class SparkRunTablesTest {

  @TempDir private Path output;

  /** A row, for tests. */
  record Counted(String silo, int round) {}

  @AfterEach
  void makeRoom() {
    FullDiskFileSystem.ROOM.set(Long.MAX_VALUE);
  }

  @Test
  void aFullDiskIsNamedWithItsRemedyAndTheTableIsWrittenOnceThereIsRoom() {
    List<Counted> rows = List.of(new Counted("a", 1));
    try (TestSpark spark = TestSpark.local()) {
      Configuration hadoop = spark.session().sparkContext().hadoopConfiguration();
      hadoop.set("fs.fulldisk.impl", FullDiskFileSystem.class.getName());
      makeRoom();
      try (RunDirectory run = RunDirectory.claim("fulldisk://" + output, "a", hadoop)) {
        SparkRunTables tables = new SparkRunTables(spark.session(), run);
        FullDiskFileSystem.ROOM.set(40);
        assertThatThrownBy(() -> tables.publish(Table.ROUNDS, "round-00001", Counted.class, rows))
            .isInstanceOf(FederationException.class)
            .hasMessage(
                "Cannot write fulldisk:%s/a/tables/rounds/round-00001.parquet: No space left on device; make room or get the right to write there: what was committed stays; give the same command again, a run's with its --run-id",
                output);

        makeRoom();
        tables.publish(Table.ROUNDS, "round-00001", Counted.class, rows);
        assertThat(output.resolve("a/tables/rounds/round-00001.parquet")).isNotEmptyFile();
      }
    }
  }
}
