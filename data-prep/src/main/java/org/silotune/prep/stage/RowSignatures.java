package org.silotune.prep.stage;

import java.util.Iterator;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.udf.text.MinHash;
import scala.collection.immutable.ArraySeq;

/**
 * Rows to the MinHash signatures of their texts, and of what is asked and answered where that is
 * not all; those without a word have none.
 *
 * @param rows the rows' schema
 * @param words words of a run
 */
record RowSignatures(StructType rows, int words) implements MapPartitionsFunction<Row, Row> {

  static final String SIGNATURE = "signature";
  static final String TASK = "signature_of_task";

  static final StructType SCHEMA =
      new StructType()
          .add(TokenShardSchema.SILO, DataTypes.StringType)
          .add(TokenShardSchema.EXAMPLE_ID, DataTypes.StringType)
          .add(SIGNATURE, DataTypes.createArrayType(DataTypes.LongType, false))
          .add(TASK, DataTypes.createArrayType(DataTypes.LongType, false));

  @Override
  public Iterator<Row> call(Iterator<Row> partition) {
    MinHash minHash = new MinHash(MinHash.DEFAULT_SIZE, words);
    int silo = rows.fieldIndex(TokenShardSchema.SILO);
    int id = rows.fieldIndex(TokenShardSchema.EXAMPLE_ID);
    Iterable<Row> all = () -> partition;
    return StreamSupport.stream(all.spliterator(), /* parallel= */ false)
        .map(
            row ->
                minHash
                    .signature(StagedRow.text(row))
                    .map(
                        signature ->
                            RowFactory.create(
                                row.getString(silo),
                                row.getString(id),
                                new ArraySeq.ofLong(signature),
                                StagedRow.task(row)
                                    .flatMap(minHash::signature)
                                    .map(ArraySeq.ofLong::new)
                                    .orElse(null))))
        .flatMap(Optional::stream)
        .iterator();
  }
}
