package org.silotune.prep.stage;

import static org.apache.spark.sql.functions.bit_xor;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.xxhash64;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.silotune.prep.PreparationException;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.udf.text.MinHash;

/**
 * Keeps one row of those of a silo whose texts are nearly equal: MinHash with locality-sensitive
 * hashing. Rows of two silos are never compared.
 *
 * <p>Rows whose signatures agree in a band meet in a bucket. A bucket goes through its rows by
 * example id, the smallest first: a row that resembles one of the first 128 that the bucket has
 * kept is dropped, the others are kept. So every dropped row resembles one of a smaller id, which
 * another bucket may have dropped. Resemblance is the share of equal places of two signatures, an
 * estimate of the Jaccard similarity of their runs of words with a standard deviation of at most
 * 0.045. It has to hold of all texts, and of instruction and output without the input: different
 * questions about one long input are no duplicates. Of conversations only all texts are compared.
 *
 * @param similarity from which on texts resemble each other, in [0.2, 1]
 * @param words words of a run, at least 1
 */
public record NearDuplicates(double similarity, int words) implements Stage {

  private static final String[] ROW = {TokenShardSchema.SILO, TokenShardSchema.EXAMPLE_ID};
  private static final String BAND = "band";
  private static final String ROWS = "rows_of_band";
  private static final String LIKE = "nearly_like";

  public NearDuplicates {
    if (!(similarity >= 0.2 && similarity <= 1)) {
      throw new PreparationException(
          "Invalid near-duplicate similarity %s: must be in [0.2, 1]".formatted(similarity));
    }
    if (words < 1) {
      throw new PreparationException(
          "Invalid near-duplicate words %d: must be >= 1".formatted(words));
    }
  }

  /** Returns a similarity of 0.8 over runs of five words. */
  public static NearDuplicates defaults() {
    return new NearDuplicates(0.8, MinHash.DEFAULT_WORDS);
  }

  @Override
  public String name() {
    return "near-duplicates";
  }

  @Override
  public boolean isRereading() {
    return true;
  }

  @Override
  public Dataset<Row> apply(Dataset<Row> rows) {
    Dataset<Row> signatures =
        rows.where(Drops.isKept())
            .mapPartitions(
                new RowSignatures(rows.schema(), words), Encoders.row(RowSignatures.SCHEMA));
    Dataset<Row> alike = alike(signatures);
    Dataset<Row> dropped =
        Drops.where(
            Joins.left(rows, alike, ROW),
            col(LIKE).isNotNull(),
            name(),
            DropReason.NEAR_DUPLICATE,
            concat(lit("nearly the texts of "), col(LIKE)));
    return Drops.likeColumns(dropped, rows);
  }

  /** Returns the rows that resemble one of a smaller id, with the smallest such id. */
  private Dataset<Row> alike(Dataset<Row> signatures) {
    Dataset<Row> compared =
        Joins.inner(buckets(signatures), signatures, ROW)
            .repartition(col(TokenShardSchema.SILO), col(BucketLeaders.BUCKET))
            .sortWithinPartitions(
                TokenShardSchema.SILO, BucketLeaders.BUCKET, TokenShardSchema.EXAMPLE_ID);
    return BucketLeaders.of(compared, similarity)
        .groupBy(ROW[0], ROW[1])
        .agg(min(BucketLeaders.LEADER).as(LIKE));
  }

  /**
   * Returns silo, bucket and id of the rows in buckets of two rows or more. A bucket is named by
   * what it holds, so it is one however many bands agree.
   */
  private Dataset<Row> buckets(Dataset<Row> signatures) {
    SignatureBands cut = SignatureBands.of(MinHash.DEFAULT_SIZE, similarity);
    String bands =
        "transform(sequence(0, %d), b -> xxhash64(b, slice(%s, b * %d + 1, %3$d)))"
            .formatted(cut.bands() - 1, RowSignatures.SIGNATURE, cut.places());
    WindowSpec bucket = Window.partitionBy(ROW[0], BAND);
    return signatures
        .select(col(ROW[0]), col(ROW[1]), explode(expr(bands)).as(BAND))
        .withColumn(ROWS, count(lit(1)).over(bucket))
        .withColumn(BucketLeaders.BUCKET, content(bucket))
        .where(col(ROWS).gt(1))
        .select(TokenShardSchema.SILO, BucketLeaders.BUCKET, TokenShardSchema.EXAMPLE_ID)
        .distinct();
  }

  /** The ids of a bucket as one number, in whatever order they come. */
  private static Column content(WindowSpec bucket) {
    Column one = bit_xor(xxhash64(col(ROW[1])));
    Column other = bit_xor(xxhash64(col(ROW[1]), lit(1)));
    return xxhash64(one.over(bucket), other.over(bucket), count(lit(1)).over(bucket));
  }
}
