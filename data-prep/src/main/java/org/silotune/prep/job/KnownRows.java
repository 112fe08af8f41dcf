package org.silotune.prep.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.stage.DropReason;
import org.silotune.prep.stage.SiloSet;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Placed rows beside those that earlier versions have: rows that are there already are left out, a
 * row whose id is taken goes to quarantine, and rows that are equal to old ones are numbered on.
 *
 * <p>Of several rows with one id that are prepared now, the first counts: one of a file that an
 * earlier version took in comes before those of later ones, so that a silo that is prepared again
 * keeps its rows; then in the order of file, byte offset, category and texts. The others go to
 * quarantine too.
 *
 * @param earlier the versions that took files in, by the files' names; of other files, and of
 *     tables, all rows are wanted
 * @param stale silos all rows of which are wanted
 * @param held {@code silo, example_id, split} of the rows of earlier versions that count; none in
 *     the first
 * @param ids where ids come from
 */
record KnownRows(
    SortedMap<String, Integer> earlier, Set<String> stale, Optional<Dataset<Row>> held, Ids ids) {

  /** There is no earlier version. */
  static final KnownRows NONE =
      new KnownRows(Collections.emptySortedMap(), Set.of(), Optional.empty(), Ids.OF_CONTENT);

  /** Where ids come from, and how far they reach. */
  enum Ids {
    /** They are made of the content. */
    OF_CONTENT,
    /** Of a column, by which each silo tells its own rows apart: a column makes the silos. */
    OF_SILO,
    /** Of a column, by which the source tells all rows apart: its silos are made up. */
    OF_SOURCE;

    static Ids of(PrepareConfig config) {
      if (config.source().columns().id().isEmpty()) {
        return OF_CONTENT;
      }
      return config.silos().siloColumn().isPresent() ? OF_SILO : OF_SOURCE;
    }

    private List<String> key() {
      return this == OF_SOURCE
          ? List.of(TokenShardSchema.EXAMPLE_ID)
          : List.of(TokenShardSchema.SILO, TokenShardSchema.EXAMPLE_ID);
    }
  }

  private static final String KNOWN = "known_rows";
  private static final String PLACE = "place_among_rows_of_its_id";

  /** Of an id that is made of the content: the digits before its number. */
  static final int CONTENT_DIGITS = 32;

  /**
   * Returns those rows that are prepared now: of files that were read again for a stale silo, its
   * rows alone.
   *
   * @param placed rows with a silo
   */
  Dataset<Row> wanted(Dataset<Row> placed) {
    if (stale.isEmpty()) {
      return placed;
    }
    SparkSession spark = placed.sparkSession();
    Column isNew = FileVersion.of(spark, earlier).equalTo(FileVersion.NEW);
    return placed.where(isNew.or(SiloSet.contains(spark, stale)));
  }

  /** What a source is prepared beside, of which nothing is held so far. */
  static KnownRows of(PrepareConfig config, SortedMap<String, Integer> earlier, Set<String> stale) {
    return new KnownRows(earlier, stale, Optional.empty(), Ids.of(config));
  }

  /** Returns the same beside rows that are held. */
  KnownRows holding(Dataset<Row> rows) {
    return new KnownRows(earlier, stale, Optional.of(rows), ids);
  }

  /**
   * Returns the rows beside those that are held, under ids that none of these has.
   *
   * @param rows with a silo and an example id
   */
  Dataset<Row> beside(Dataset<Row> rows) {
    return held.map(old -> ids == Ids.OF_CONTENT ? numberedOn(rows, old) : quarantined(rows, old))
        .orElse(rows);
  }

  private Dataset<Row> quarantined(Dataset<Row> rows, Dataset<Row> old) {
    Dataset<Row> known =
        old.select(ids.key().stream().map(name -> col(name)).toArray(Column[]::new))
            .distinct()
            .withColumn(KNOWN, lit(true));
    Column isNew = col(InstructionRows.REASON).isNull().and(col(KNOWN).isNull());
    Column id = col(TokenShardSchema.EXAMPLE_ID);
    Dataset<Row> placed =
        left(rows, known, ids.key()).withColumn(PLACE, place(rows.sparkSession(), isNew));
    Dataset<Row> first =
        dropped(
            placed,
            col(InstructionRows.REASON).isNull().and(col(KNOWN).isNotNull()),
            DropReason.KNOWN_ID,
            concat(lit("id "), id, lit(" was prepared in an earlier version")));
    return dropped(
            first,
            isNew.and(col(PLACE).gt(1)),
            DropReason.REPEATED_ID,
            concat(lit("id "), id, lit(" is that of another new row, which comes first")))
        .select(columns(rows));
  }

  /** A row's place among the new rows of its id; rows without an id are spread out. */
  private Column place(SparkSession spark, Column isNew) {
    List<Column> group = new ArrayList<>();
    group.add(isNew);
    ids.key().forEach(name -> group.add(col(name)));
    group.add(
        when(
            col(TokenShardSchema.EXAMPLE_ID).isNull(),
            concat_ws(":", col(InstructionRows.FILE), col(InstructionRows.BYTE_OFFSET))));
    return row_number()
        .over(
            Window.partitionBy(group.toArray(Column[]::new))
                .orderBy(
                    FileVersion.of(spark, earlier),
                    col(InstructionRows.FILE),
                    col(InstructionRows.BYTE_OFFSET),
                    col(InstructionRows.CATEGORY),
                    col(InstructionRows.INSTRUCTION),
                    col(InstructionRows.INPUT),
                    col(InstructionRows.OUTPUT),
                    to_json(col(InstructionRows.MESSAGES))));
  }

  private static Dataset<Row> dropped(
      Dataset<Row> rows, Column drops, DropReason reason, Column detail) {
    // The reason last: the others' conditions read it.
    return rows.withColumn(
            InstructionRows.STAGE,
            when(drops, lit(PlacedRows.STAGE)).otherwise(col(InstructionRows.STAGE)))
        .withColumn(
            InstructionRows.DETAIL, when(drops, detail).otherwise(col(InstructionRows.DETAIL)))
        .withColumn(
            InstructionRows.REASON,
            when(drops, lit(reason.label())).otherwise(col(InstructionRows.REASON)));
  }

  private static Dataset<Row> numberedOn(Dataset<Row> rows, Dataset<Row> held) {
    Column id = col(TokenShardSchema.EXAMPLE_ID);
    Column number = id.substr(CONTENT_DIGITS + 2, 20).cast(DataTypes.LongType);
    Dataset<Row> known =
        held.select(
                col(TokenShardSchema.SILO),
                id.substr(1, CONTENT_DIGITS).as(PlacedRows.ROW_ID),
                number.as(KNOWN))
            .groupBy(TokenShardSchema.SILO, PlacedRows.ROW_ID)
            .agg(max(KNOWN).plus(1).as(KNOWN));
    Column next =
        concat(
            col(PlacedRows.ROW_ID), lit("-"), number.plus(col(KNOWN)).cast(DataTypes.StringType));
    return left(rows, known, List.of(TokenShardSchema.SILO, PlacedRows.ROW_ID))
        .withColumn(TokenShardSchema.EXAMPLE_ID, when(col(KNOWN).isNotNull(), next).otherwise(id))
        .select(columns(rows));
  }

  private static Dataset<Row> left(Dataset<Row> rows, Dataset<Row> known, List<String> key) {
    return rows.join(known, CollectionConverters.asScala(key).toSeq(), "left");
  }

  private static Column[] columns(Dataset<Row> rows) {
    return List.of(rows.columns()).stream().map(name -> expr(name)).toArray(Column[]::new);
  }
}
