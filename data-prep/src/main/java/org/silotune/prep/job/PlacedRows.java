package org.silotune.prep.job;

import static java.util.Objects.requireNonNull;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.silotune.prep.PreparationException;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.split.ContentId;
import org.silotune.prep.split.SiloAssignment;
import org.silotune.prep.stage.DropReason;

/**
 * Gives every instruction row its silo and its example id.
 *
 * <p>The id is that of the id column; without one it is {@code CONTENT-N}: a hash of the row's
 * texts and its number, from 0, among equal rows of its silo. So it depends on no file, order or
 * partition.
 */
final class PlacedRows {

  /** The step that gives rows their silo. */
  static final String STAGE = "silos";

  /** What the silo and the split are drawn from: the id column's value or the content's hash. */
  static final String ROW_ID = "row_id";

  private static final StructType SCHEMA =
      InstructionRows.SCHEMA
          .add(TokenShardSchema.SILO, DataTypes.StringType)
          .add(ROW_ID, DataTypes.StringType);

  /** All columns of placed rows, in their order. */
  static final StructType COLUMNS = SCHEMA.add(TokenShardSchema.EXAMPLE_ID, DataTypes.StringType);

  private PlacedRows() {}

  /** Returns a value by the position of its column: a row may have come without its schema. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // as Row.getAs
  static <T> T get(Row row, String column) {
    return row.getAs(COLUMNS.fieldIndex(column));
  }

  /**
   * Returns the rows with {@code silo} and {@link #ROW_ID}, those too that a stage has dropped;
   * records that could not be read have a silo only where a column says so, and no id. A row that
   * no silo takes is dropped.
   *
   * @param rows columns of {@link InstructionRows#SCHEMA}
   */
  static Dataset<Row> placed(Dataset<Row> rows, SiloAssignment assignment) {
    MapPartitionsFunction<Row, Row> place =
        partition -> {
          Iterable<Row> iterable = () -> partition;
          return StreamSupport.stream(iterable.spliterator(), false)
              .map(row -> placed(row, assignment))
              .iterator();
        };
    return rows.mapPartitions(place, Encoders.row(SCHEMA));
  }

  /**
   * Returns rows with {@code example_id}; those that could not be read have none.
   *
   * @param placed all rows that count of a silo, for equal ones are numbered
   */
  static Dataset<Row> numbered(Dataset<Row> placed) {
    Column number =
        row_number()
            .over(
                Window.partitionBy(
                        col(TokenShardSchema.SILO),
                        // rows without an id are spread out, for they need no number
                        coalesce(
                            col(ROW_ID),
                            concat_ws(
                                ":", col(InstructionRows.FILE), col(InstructionRows.BYTE_OFFSET))))
                    // rows that are kept come first: what a stage drops takes no number from them
                    .orderBy(
                        col(InstructionRows.REASON).isNotNull(),
                        col(InstructionRows.FILE),
                        col(InstructionRows.BYTE_OFFSET)))
            .minus(1);
    return placed.withColumn(
        TokenShardSchema.EXAMPLE_ID,
        when(col(InstructionRows.SOURCE_ID).isNotNull(), col(InstructionRows.SOURCE_ID))
            .when(
                col(ROW_ID).isNotNull(),
                concat(col(ROW_ID), lit("-"), number.cast(DataTypes.StringType))));
  }

  /**
   * Checks that an id column tells the rows of every silo apart, but those that are in quarantine
   * because it does not.
   *
   * @param encoded rows with a silo and, where they have one, an example id
   * @throws PreparationException that names some ids that it does not
   */
  static void requireUniqueIds(Dataset<Row> encoded, String idColumn) {
    List<Row> repeated =
        encoded
            .where(col(TokenShardSchema.EXAMPLE_ID).isNotNull())
            .where(
                coalesce(
                    not(
                        col(InstructionRows.REASON)
                            .isin(DropReason.KNOWN_ID.label(), DropReason.REPEATED_ID.label())),
                    lit(true)))
            .groupBy(TokenShardSchema.SILO, TokenShardSchema.EXAMPLE_ID)
            .agg(count(lit(1)).as("rows"))
            .where(col("rows").gt(1))
            .orderBy(TokenShardSchema.SILO, TokenShardSchema.EXAMPLE_ID)
            .limit(3)
            .collectAsList();
    if (!repeated.isEmpty()) {
      throw new PreparationException(
          "Invalid id column %s: ids must be unique inside a silo, but %s; name another column, or none for ids made of the content"
              .formatted(
                  idColumn,
                  repeated.stream()
                      .map(
                          row ->
                              "%s occurs %d times in silo %s"
                                  .formatted(row.getString(1), row.getLong(2), row.getString(0)))
                      .collect(Collectors.joining(", "))));
    }
  }

  private static Row placed(Row row, SiloAssignment assignment) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      values.add(row.get(i));
    }
    String siloKey = text(row, InstructionRows.SILO_KEY);
    if (InstructionRows.READ.equals(text(row, InstructionRows.STAGE))) {
      values.add(siloKey);
      values.add(null);
      return RowFactory.create(values.toArray());
    }
    String sourceId = text(row, InstructionRows.SOURCE_ID);
    String rowId = sourceId == null ? contentId(row) : sourceId;
    String category = requireNonNull(text(row, InstructionRows.CATEGORY));
    Optional<String> silo = assignment.silo(siloKey == null ? "" : siloKey, category, rowId);
    if (silo.isEmpty() && text(row, InstructionRows.REASON) == null) {
      set(values, InstructionRows.REASON, DropReason.CATEGORY_WITHOUT_SILO.label());
      set(values, InstructionRows.DETAIL, "no silo takes category %s".formatted(category));
      set(values, InstructionRows.STAGE, STAGE);
    }
    values.add(silo.orElse(null));
    values.add(silo.isPresent() ? rowId : null);
    return RowFactory.create(values.toArray());
  }

  private static String contentId(Row row) {
    ContentId id = new ContentId().add(requireNonNull(text(row, InstructionRows.CATEGORY)));
    int messages = InstructionRows.SCHEMA.fieldIndex(InstructionRows.MESSAGES);
    if (row.isNullAt(messages)) {
      id.add(requireNonNull(text(row, InstructionRows.INSTRUCTION)));
      id.add(requireNonNull(text(row, InstructionRows.INPUT)));
      id.add(requireNonNull(text(row, InstructionRows.OUTPUT)));
      return id.hex();
    }
    for (Row turn : row.<Row>getList(messages)) {
      id.add(turn.getString(0)).add(turn.getString(1));
    }
    return id.hex();
  }

  private static void set(List<Object> values, String column, String value) {
    values.set(InstructionRows.SCHEMA.fieldIndex(column), value);
  }

  /** By position: Spark hands rows of one typed step to the next without their schema. */
  private static @Nullable String text(Row row, String column) {
    return row.getString(InstructionRows.SCHEMA.fieldIndex(column));
  }
}
