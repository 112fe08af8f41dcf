package org.silotune.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.PreparationException;
import org.silotune.prep.SparkSessionExtension;

@ExtendWith(SparkSessionExtension.class)
final class HeldOutRowReaderTest {

  @TempDir Path temp;

  @Test
  void rowsOfTheShardAreReadInItsOrder(SparkSession spark) {
    TokenShard shard = shard(spark, "row-17", "row-16", "row-19", "row-18");

    assertThat(HeldOutRowReader.read(shard))
        .extracting(HeldOutRow::exampleId)
        .containsExactly("row-16", "row-17", "row-18", "row-19");
  }

  @Test
  void rowsThatAreNotThoseOfTheShardAreRefused(SparkSession spark) {
    TokenShard other = shard(spark, "row-16", "row-17", "row-18", "row-20");
    assertThatThrownBy(() -> HeldOutRowReader.read(other))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Cannot read held-out rows of test of silo a in file:%s: row 4 has id row-20, its example row-19; prepare the data again",
            temp.resolve("data"));
  }

  @Test
  void aRowTooFewIsRefused(SparkSession spark) {
    TokenShard fewer = shard(spark, "row-16", "row-17", "row-18");
    assertThatThrownBy(() -> HeldOutRowReader.read(fewer))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Cannot read held-out rows of test of silo a in file:%s: found 3, the manifest says 4; prepare the data again",
            temp.resolve("data"));
  }

  @Test
  void trainingRowsKeepNoText(SparkSession spark) {
    TokenShard test = shard(spark, "row-16", "row-17", "row-18", "row-19");
    TokenShard train = new TokenShard(test.folder(), "a", Split.TRAIN, 16, test.sha256());
    assertThatThrownBy(() -> HeldOutRowReader.read(train))
        .hasMessage(
            "Cannot read held-out rows of split train: only validation and test keep their text");
  }

  /** Returns silo a's test shard, of row-16 to row-19, with the text of rows of these ids. */
  private TokenShard shard(SparkSession spark, String... ids) {
    String folder = temp.resolve("data").toString();
    TokenShardWriter writer = TokenShardWriter.open(spark, folder);
    writer.writeShards(Shards.dataset(spark, Shards.rows(1), 2));
    List<Row> rows =
        List.of(ids).stream()
            .map(id -> RowFactory.create(id, "", "Ask", "", List.of(), "Yes", "a", "test"))
            .toList();
    writer.writeHeldOutRows(spark.createDataFrame(rows, TokenShardSchema.HELD_OUT_ROWS));
    ShardManifest manifest =
        Shards.manifest(writer.countShards(List.of("a", "b/ü 1", "c", "empty")));
    return writer.commit(manifest).shard(manifest, "a", Split.TEST);
  }
}
