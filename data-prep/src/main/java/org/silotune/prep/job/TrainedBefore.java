package org.silotune.prep.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardSchema;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Encoded rows beside training rows of silos that once had nothing else to train on: there rows
 * train that the hash would hold out, and a new row that is equal to one of them trains too. Else
 * the same text would be trained on and tested with.
 *
 * @param held {@code silo, example_id, split} of such silos' rows, whose ids are made of the
 *     content; none where there is no such silo
 */
record TrainedBefore(Optional<Dataset<Row>> held) implements UnaryOperator<Dataset<Row>> {

  private static final String CONTENT = "content_of_id";
  private static final String TRAINED = "trained_before";

  @Override
  public Dataset<Row> apply(Dataset<Row> encoded) {
    return held.map(rows -> follow(encoded, rows)).orElse(encoded);
  }

  private static Dataset<Row> follow(Dataset<Row> encoded, Dataset<Row> held) {
    Column content = col(TokenShardSchema.EXAMPLE_ID).substr(1, KnownRows.CONTENT_DIGITS);
    Dataset<Row> trained =
        held.where(col(TokenShardSchema.SPLIT).equalTo(Split.TRAIN.label()))
            .select(col(TokenShardSchema.SILO), content.as(CONTENT))
            .distinct()
            .withColumn(TRAINED, lit(true));
    Column split =
        when(
                col(TRAINED).isNotNull().and(col(TokenShardSchema.SPLIT).isNotNull()),
                lit(Split.TRAIN.label()))
            .otherwise(col(TokenShardSchema.SPLIT));
    return encoded
        .withColumn(CONTENT, content)
        .join(
            trained,
            CollectionConverters.asScala(List.of(TokenShardSchema.SILO, CONTENT)).toSeq(),
            "left")
        .withColumn(TokenShardSchema.SPLIT, split)
        .select(Stream.of(encoded.columns()).map(name -> expr(name)).toArray(Column[]::new));
  }
}
