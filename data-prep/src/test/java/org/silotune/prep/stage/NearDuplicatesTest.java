package org.silotune.prep.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.source.InstructionRows;
import org.silotune.udf.text.MinHash;
import scala.collection.immutable.ArraySeq;

@ExtendWith(SparkSessionExtension.class)
final class NearDuplicatesTest {

  @Test
  void noRowOfThePlanHoldsABucket(SparkSession spark) {
    Dataset<Row> rows =
        spark.createDataFrame(
            List.<Row>of(),
            InstructionRows.SCHEMA
                .add(TokenShardSchema.SILO, DataTypes.StringType)
                .add(TokenShardSchema.EXAMPLE_ID, DataTypes.StringType));

    assertThat(NearDuplicates.defaults().apply(rows).queryExecution().analyzed().toString())
        .contains("bit_xor")
        .doesNotContain("collect_list", "collect_set", "explode(ids");
  }

  @Test
  void bucketHasSoManyLeadersAndNoMore() {
    List<long[]> unlike = signatures(BucketLeaders.MOST + 2);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < unlike.size(); i++) {
      rows.add(row("a%04d".formatted(i), unlike.get(i)));
    }
    rows.add(row("b-first", unlike.get(0)));
    rows.add(row("b-last-leader", unlike.get(BucketLeaders.MOST - 1)));
    rows.add(row("b-too-late", unlike.get(BucketLeaders.MOST)));
    List<String> found = new ArrayList<>();
    Iterator<Row> alike = new BucketLeaders(0.8).call(rows.iterator());
    alike.forEachRemaining(row -> found.add(row.getString(1) + " " + row.getString(2)));

    assertThat(found)
        .containsExactly("b-first a0000", "b-last-leader a%04d".formatted(BucketLeaders.MOST - 1));
  }

  private static List<long[]> signatures(int count) {
    SplittableRandom random = new SplittableRandom(4);
    List<long[]> signatures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      signatures.add(random.longs(MinHash.DEFAULT_SIZE).toArray());
    }
    return signatures;
  }

  private static Row row(String id, long[] signature) {
    return RowFactory.create("silo", 7L, id, new ArraySeq.ofLong(signature));
  }
}
