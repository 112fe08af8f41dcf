package org.silotune.prep.shard;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.silotune.llm.LlmException;
import org.silotune.prep.PreparationException;

/**
 * Writes a prepared folder: everything goes to a folder beside it, the manifest last, and one
 * rename makes it appear. A preparation that was killed leaves only that other folder, which the
 * next one to the same place removes.
 */
public final class TokenShardWriter {

  /** Whether a list has a dictionary: looking up every token costs more than it saves. */
  private static final String DICTIONARY = "parquet.enable.dictionary#%s.list.element";

  /**
   * What a task holds of a shard before it writes it, and its readers after them. Parquet's own 128
   * MB for every task at once, and what it takes to join such pieces, fill a heap of 1 GB.
   */
  private static final int ROW_GROUP_BYTES = 16 << 20;

  private final SparkSession spark;
  private final PreparedFolder target;
  private final PreparedFolder unfinished;

  private TokenShardWriter(SparkSession spark, PreparedFolder target) {
    this(spark, target, target.unfinished());
  }

  /** A writer into a folder that somebody else puts into its place. */
  TokenShardWriter(SparkSession spark, PreparedFolder target, PreparedFolder unfinished) {
    this.spark = spark;
    this.target = target;
    this.unfinished = unfinished;
  }

  /**
   * Opens a writer on a folder that is absent or empty, and removes what a killed preparation left.
   *
   * @throws PreparationException if the folder holds something
   */
  public static TokenShardWriter open(SparkSession spark, String folder) {
    TokenShardWriter writer = new TokenShardWriter(spark, PreparedFolder.at(folder));
    try {
      writer.requireVacant();
    } catch (IOException e) {
      throw writer.cannotWrite(e);
    }
    writer.target.removeUnfinished();
    return writer;
  }

  /**
   * Writes the token shards, one file per (silo, split), rows by example id.
   *
   * @param examples columns of {@link TokenShardSchema#SHARDS}
   */
  public void writeShards(Dataset<Row> examples) {
    write(ordered(examples, names(TokenShardSchema.SHARDS)), unfinished.shards());
  }

  /**
   * Writes the token shards as {@link #writeShards} does, of rows as they are encoded.
   *
   * @param examples columns of {@link TokenShardSchema#SHARDS}, labels null where there is a number
   *     of {@link ContextLabels#CONTEXT_TOKENS}
   */
  public void writeEncoded(Dataset<Row> examples) {
    Stream<String> columns =
        Stream.concat(names(TokenShardSchema.SHARDS), Stream.of(ContextLabels.CONTEXT_TOKENS));
    write(
        ordered(examples, columns)
            .withColumn(TokenShardSchema.LABELS, ContextLabels.labels())
            .drop(ContextLabels.CONTEXT_TOKENS),
        unfinished.shards());
  }

  /**
   * Writes the text of held-out rows, laid out as their shards are.
   *
   * @param rows columns of {@link TokenShardSchema#HELD_OUT_ROWS}
   */
  public void writeHeldOutRows(Dataset<Row> rows) {
    write(ordered(rows, names(TokenShardSchema.HELD_OUT_ROWS)), unfinished.heldOutRows());
  }

  /** Writes the quarantine table as one file, rows in the order of the columns named. */
  public void writeQuarantine(Dataset<Row> rows, String... order) {
    Column[] columns = Stream.of(order).map(name -> col(name)).toArray(Column[]::new);
    write(
        rows.repartition(1).sortWithinPartitions(columns).write().mode(SaveMode.ErrorIfExists),
        unfinished.quarantine());
  }

  /**
   * Counts and hashes the shards written so far, silo by silo on the executors, through the reader
   * that training uses.
   *
   * @param silos names, in order; a silo without rows counts nothing
   * @return one entry a silo, in the order given, with no truncated and no quarantined rows
   */
  public List<SiloCounts> countShards(List<String> silos) {
    if (silos.isEmpty()) {
      return List.of();
    }
    String folder = unfinished.uri();
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(new ArrayList<>(silos), silos.size())
        .map(silo -> count(folder, silo))
        .collect();
  }

  /**
   * Ends the preparation: writes the manifest and renames the folder into place.
   *
   * @throws PreparationException if something else has taken the place meanwhile
   */
  public PreparedFolder commit(ShardManifest manifest) {
    try {
      unfinished.writeManifest(manifest);
      requireVacant();
      unfinished.renameTo(target);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    return target;
  }

  private static SiloCounts count(String folder, String silo) {
    return count(List.of(PreparedFolder.at(folder)), silo);
  }

  /** Counts a silo over parts of its data, with no truncated and no quarantined rows. */
  static SiloCounts count(List<PreparedFolder> parts, String silo) {
    Function<Split, ShardCounts> counts = split -> TokenShardReader.count(parts, silo, split);
    return new SiloCounts(
        silo,
        counts.apply(Split.TRAIN),
        counts.apply(Split.VALIDATION),
        counts.apply(Split.TEST),
        0);
  }

  private static Stream<String> names(StructType schema) {
    return Stream.of(schema.fieldNames());
  }

  /** All rows of a (silo, split) meet in one task, and one task writes one file per partition. */
  private static Dataset<Row> ordered(Dataset<Row> rows, Stream<String> columns) {
    Column[] order = TokenShardSchema.ORDER.stream().map(name -> col(name)).toArray(Column[]::new);
    return rows.select(columns.map(name -> col(name)).toArray(Column[]::new))
        .repartition(col(TokenShardSchema.SILO), col(TokenShardSchema.SPLIT))
        .sortWithinPartitions(order);
  }

  private void write(Dataset<Row> ordered, String table) {
    write(
        ordered
            .write()
            .mode(SaveMode.ErrorIfExists)
            .partitionBy(TokenShardSchema.SILO, TokenShardSchema.SPLIT)
            .option("compression", "zstd")
            .option("parquet.block.size", ROW_GROUP_BYTES)
            .option(DICTIONARY.formatted(TokenShardSchema.INPUT_IDS), false)
            .option(DICTIONARY.formatted(TokenShardSchema.LABELS), false)
            .option("maxRecordsPerFile", 0),
        table);
  }

  private void write(DataFrameWriter<Row> writer, String table) {
    try {
      writer.parquet(table);
    } catch (Exception e) { // Spark's own is a checked one that Java does not see
      Optional<IOException> reason = SparkWriteFailure.of(e);
      if (reason.isPresent()) {
        throw cannotWrite(reason.get(), e);
      }
      throw e;
    }
  }

  private void requireVacant() throws IOException {
    if (target.isOccupied()) {
      throw new PreparationException(
          "Cannot prepare into %s: the folder %s; name another folder or remove it"
              .formatted(
                  target.uri(), target.exists() ? "holds prepared data already" : "is not empty"));
    }
  }

  PreparationException cannotWrite(IOException e) {
    return cannotWrite(e, e);
  }

  private PreparationException cannotWrite(IOException reason, Exception failure) {
    return new PreparationException(
        "Cannot write prepared data %s: %s; make room or get the right to write there and in Spark's temporary folder (spark.local.dir), or name another folder"
            .formatted(target.uri(), LlmException.reason(reason)),
        failure);
  }
}
