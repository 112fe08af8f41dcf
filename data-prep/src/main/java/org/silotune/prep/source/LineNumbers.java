package org.silotune.prep.source;

import static org.apache.spark.sql.functions.collect_set;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Line numbers of records, computed afterwards and only for files that hold a bad one: tasks that
 * start in the middle of a file know offsets, not lines.
 */
public final class LineNumbers implements Serializable {

  /** The line of the record's first byte, from 1. */
  public static final String LINE = "line";

  /** For sources without lines. */
  static final LineNumbers NONE = new LineNumbers(List.of());

  private static final StructType SCHEMA =
      new StructType()
          .add(InstructionRows.FILE, DataTypes.StringType)
          .add(InstructionRows.BYTE_OFFSET, DataTypes.LongType)
          .add(LINE, DataTypes.LongType);

  private final Map<String, SourceFile> files;

  LineNumbers(List<SourceFile> files) {
    this.files = files.stream().collect(Collectors.toMap(SourceFile::name, file -> file));
  }

  /**
   * Returns the rows with their {@link #LINE}.
   *
   * @param rows with the columns file and byte_offset, both null where there is no file
   */
  public Dataset<Row> addTo(Dataset<Row> rows) {
    Dataset<Row> lines =
        rows.where(rows.col(InstructionRows.FILE).isNotNull())
            .groupBy(InstructionRows.FILE)
            .agg(collect_set(InstructionRows.BYTE_OFFSET).as("offsets"))
            .flatMap((FlatMapFunction<Row, Row>) this::count, Encoders.row(SCHEMA));
    return rows.join(
        lines,
        CollectionConverters.asScala(List.of(InstructionRows.FILE, InstructionRows.BYTE_OFFSET))
            .toSeq(),
        "left");
  }

  private Iterator<Row> count(Row group) throws IOException {
    String file = group.getString(0);
    List<Long> offsets = new ArrayList<>(group.<Long>getList(1));
    offsets.sort(null);
    List<Row> lines = new ArrayList<>();
    long line = 1;
    try (ByteScanner bytes = files.get(file).open(0)) {
      for (long offset : offsets) {
        while (bytes.offset() < offset) {
          if (bytes.next() == '\n') {
            line++;
          }
        }
        lines.add(RowFactory.create(file, offset, line));
      }
    }
    return lines.iterator();
  }
}
