package org.silotune.prep.source;

import static java.util.Objects.requireNonNull;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.is_valid_utf8;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;

/** The rows of a Spark table, Parquet files included, brought to {@link InstructionRows#SCHEMA}. */
final class TableRows {

  private static final String BAD_COLUMN = "__column_that_is_not_utf8";
  private static final String PATH = "__path_of_the_file";

  private TableRows() {}

  /**
   * Returns the rows of a table.
   *
   * @param columns those the mapper looks at
   * @param files all that the table is of, whose names its rows get; none for rows without a file
   */
  static Dataset<Row> of(
      Dataset<Row> table, RowMapper mapper, List<String> columns, List<SourceFile> files) {
    List<Column> selected = new ArrayList<>();
    Column bad = lit(null).cast(DataTypes.StringType);
    for (String name : columns) {
      DataType type = table.schema().apply(name).dataType();
      SessionZone.requireUtc(table.sparkSession(), name, type);
      Column column = text(table.col("`%s`".formatted(name.replace("`", "``"))), type);
      selected.add(column.as(name));
      Column isBad = coalesce(isBad(column, type), lit(false));
      bad = when(bad.isNull(), when(isBad, lit(name))).otherwise(bad);
    }
    Column path =
        files.isEmpty()
            ? lit(null).cast(DataTypes.StringType)
            : table.metadataColumn("_metadata").getField("file_path");
    selected.add(path.as(PATH));
    selected.add(bad.as(BAD_COLUMN));
    TreeMap<String, String> nameByUri = new TreeMap<>();
    files.forEach(file -> nameByUri.put(file.uri(), file.name()));
    return table
        .select(selected.toArray(Column[]::new))
        .map(new ToInstructionRow(mapper, nameByUri), Encoders.row(InstructionRows.SCHEMA));
  }

  /** Single values become the text that SQL gives them: equal on every machine, bytes as UTF-8. */
  private static Column text(Column column, DataType type) {
    return isNested(type) ? column : column.cast(DataTypes.StringType);
  }

  private static boolean isNested(DataType type) {
    return type instanceof ArrayType || type instanceof MapType || type instanceof StructType;
  }

  private static Column isBad(Column column, DataType type) {
    if (!isNested(type)) {
      return not(is_valid_utf8(column));
    }
    if (type instanceof ArrayType array && array.elementType() instanceof StructType turn) {
      Column bad = lit(false);
      for (String field : turn.fieldNames()) {
        if (turn.apply(field).dataType() instanceof StringType) {
          bad = bad.or(exists(column, t -> not(is_valid_utf8(t.getField(field)))));
        }
      }
      return bad;
    }
    return lit(false);
  }

  /** Turns a selected row into an instruction row. */
  private record ToInstructionRow(RowMapper mapper, TreeMap<String, String> nameByUri)
      implements MapFunction<Row, Row> {

    @Override
    public Row call(Row row) {
      int path = row.length() - 2;
      int last = row.length() - 1;
      RowMapper.Origin origin =
          row.isNullAt(path) ? RowMapper.Origin.TABLE : origin(row.getString(path));
      if (!row.isNullAt(last)) {
        return RowMapper.rejected(
            origin,
            null,
            new RejectedRecordException(
                QuarantineReason.INVALID_UTF8,
                "column %s is not UTF-8".formatted(row.getString(last))));
      }
      ObjectNode fields = JsonNodeFactory.instance.objectNode();
      for (int i = 0; i < path; i++) {
        fields.set(row.schema().fieldNames()[i], node(row.get(i)));
      }
      return mapper.row(origin, fields);
    }

    private RowMapper.Origin origin(String path) {
      String uri = SourceFile.ofEncodedUri(path).uri();
      return RowMapper.Origin.ofRowOf(requireNonNull(nameByUri.get(uri), uri));
    }

    private static JsonNode node(@Nullable Object value) {
      JsonNodeFactory json = JsonNodeFactory.instance;
      if (value == null) {
        return json.nullNode();
      }
      if (value instanceof Row struct) {
        ObjectNode object = json.objectNode();
        for (String field : struct.schema().fieldNames()) {
          object.set(field, node(struct.getAs(field)));
        }
        return object;
      }
      if (value instanceof Seq<?> list) {
        ArrayNode array = json.arrayNode();
        list.foreach(element -> array.add(node(element)));
        return array;
      }
      if (value instanceof scala.collection.Map<?, ?>) {
        return json.objectNode(); // never text, whatever it holds
      }
      if (value instanceof byte[] bytes) {
        return json.binaryNode(bytes);
      }
      return json.textNode(Objects.toString(value));
    }
  }
}
