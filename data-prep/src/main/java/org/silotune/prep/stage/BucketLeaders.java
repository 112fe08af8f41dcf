package org.silotune.prep.stage;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.udf.text.MinHash;

/**
 * Goes through the rows of each bucket by id: a row that resembles a leader of its bucket is named
 * with it, any other becomes a leader, up to a number of leaders: so a bucket of many rows that do
 * not resemble each other takes time in proportion to its rows.
 *
 * <p>Two rows resemble each other if all their texts do, and what is asked and answered does too:
 * many questions may be asked of one long input.
 *
 * @param similarity from which on two texts resemble each other
 */
record BucketLeaders(double similarity) implements MapPartitionsFunction<Row, Row> {

  /** Leaders of a bucket. */
  static final int MOST = 128;

  static final String BUCKET = "bucket";
  static final String LEADER = "leader";

  private static final StructType SCHEMA =
      new StructType()
          .add(TokenShardSchema.SILO, DataTypes.StringType)
          .add(TokenShardSchema.EXAMPLE_ID, DataTypes.StringType)
          .add(LEADER, DataTypes.StringType);

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Member(String id, long[] texts, long[] task) {

    static Member of(Row row) {
      long[] texts = signature(row, 3);
      return new Member(row.getString(2), texts, row.isNullAt(4) ? texts : signature(row, 4));
    }

    private static long[] signature(Row row, int column) {
      return row.<Long>getList(column).stream().mapToLong(Long::longValue).toArray();
    }

    boolean resembles(Member other, double similarity) {
      return !id.equals(other.id)
          && MinHash.similarity(texts, other.texts) >= similarity
          && MinHash.similarity(task, other.task) >= similarity;
    }
  }

  /**
   * Returns the rows that resemble a leader, once a bucket.
   *
   * @param rows silo, bucket, example id and signatures; the rows of a bucket in one partition, one
   *     after the other and by id
   */
  static Dataset<Row> of(Dataset<Row> rows, double similarity) {
    return rows.select(
            TokenShardSchema.SILO,
            BUCKET,
            TokenShardSchema.EXAMPLE_ID,
            RowSignatures.SIGNATURE,
            RowSignatures.TASK)
        .mapPartitions(new BucketLeaders(similarity), Encoders.row(SCHEMA));
  }

  @Override
  public Iterator<Row> call(Iterator<Row> partition) {
    Bucket bucket = new Bucket(similarity);
    Iterable<Row> all = () -> partition;
    return StreamSupport.stream(all.spliterator(), /* parallel= */ false)
        .map(bucket::next)
        .flatMap(Optional::stream)
        .iterator();
  }

  /** The bucket that is being gone through; the next one takes its place. */
  private static final class Bucket {

    private final double similarity;
    private final List<Member> leaders = new ArrayList<>();
    private List<Object> key = List.of();

    Bucket(double similarity) {
      this.similarity = similarity;
    }

    Optional<Row> next(Row row) {
      List<Object> bucket = List.of(row.getString(0), row.getLong(1));
      if (!Objects.equals(bucket, key)) {
        key = bucket;
        leaders.clear();
      }
      Member member = Member.of(row);
      for (Member leader : leaders) {
        if (member.resembles(leader, similarity)) {
          return Optional.of(RowFactory.create(row.getString(0), member.id(), leader.id()));
        }
      }
      if (leaders.size() < MOST) {
        leaders.add(member);
      }
      return Optional.empty();
    }
  }
}
