package org.silotune.prep.stage;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sort_array;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.silotune.prep.PreparationException;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.udf.text.MinHash;

/**
 * Keeps one row of those of a silo whose texts are nearly equal: MinHash with locality-sensitive
 * hashing. Rows of two silos are never compared.
 *
 * <p>Rows whose signatures agree in a band meet in a bucket. A bucket goes through its rows by
 * example id, the smallest first: a row that resembles one that the bucket has kept is dropped, the
 * others are kept. So every dropped row resembles one of a smaller id, which another bucket may
 * have dropped. Resemblance is the share of equal places of two signatures, an estimate of the
 * Jaccard similarity of their runs of words with a standard deviation of at most 0.045.
 *
 * @param similarity from which on rows resemble each other, in [0.2, 1]
 * @param words words of a run, at least 1
 */
public record NearDuplicates(double similarity, int words) implements Stage {

  private static final String[] ROW = {TokenShardSchema.SILO, TokenShardSchema.EXAMPLE_ID};
  private static final String IDS = "ids";
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
    Dataset<Row> members = buckets(signatures).select(col(TokenShardSchema.SILO), col(IDS));
    Dataset<Row> compared =
        Joins.inner(
                members.select(
                    col(TokenShardSchema.SILO),
                    expr("xxhash64(silo, ids)").as(BucketLeaders.BUCKET),
                    explode(col(IDS)).as(TokenShardSchema.EXAMPLE_ID)),
                signatures,
                ROW)
            .repartition(col(TokenShardSchema.SILO), col(BucketLeaders.BUCKET))
            .sortWithinPartitions(
                TokenShardSchema.SILO, BucketLeaders.BUCKET, TokenShardSchema.EXAMPLE_ID);
    return BucketLeaders.of(compared, similarity)
        .groupBy(ROW[0], ROW[1])
        .agg(min(BucketLeaders.LEADER).as(LIKE));
  }

  /** Returns the ids of each bucket of two rows or more, once however many bands agree. */
  private Dataset<Row> buckets(Dataset<Row> signatures) {
    SignatureBands cut = SignatureBands.of(MinHash.DEFAULT_SIZE, similarity);
    String bands =
        "transform(sequence(0, %d), b -> xxhash64(b, slice(%s, b * %d + 1, %3$d)))"
            .formatted(cut.bands() - 1, RowSignatures.SIGNATURE, cut.places());
    return signatures
        .select(col(ROW[0]), col(ROW[1]), explode(expr(bands)).as("band"))
        .groupBy(col(TokenShardSchema.SILO), col("band"))
        .agg(sort_array(collect_list(TokenShardSchema.EXAMPLE_ID)).as(IDS))
        .where(size(col(IDS)).gt(1))
        .dropDuplicates(TokenShardSchema.SILO, IDS);
  }
}
