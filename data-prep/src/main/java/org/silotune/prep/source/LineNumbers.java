package org.silotune.prep.source;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Line numbers of records. A task knows the lines of its slice alone; where a record lies behind
 * the first slice of its file, the lines of the slices before are counted, slice by slice.
 */
public final class LineNumbers implements Serializable {

  /** The line of the record's first byte, from 1. */
  public static final String LINE = "line";

  /** For sources without lines. */
  static final LineNumbers NONE = new LineNumbers(List.of(), 1);

  private static final String SLICE = "slice_start";
  private static final String BEFORE = "line_feeds_before";
  private static final StructType BEGINNINGS =
      new StructType()
          .add(InstructionRows.FILE, DataTypes.StringType)
          .add(SLICE, DataTypes.LongType)
          .add(BEFORE, DataTypes.LongType);

  private final List<TextSlice> slices;
  private final long sliceBytes;

  /**
   * The line numbers of a source.
   *
   * @param slices as they were read, those of a file in order
   * @param sliceBytes of every slice but the last of its file
   */
  LineNumbers(List<TextSlice> slices, long sliceBytes) {
    this.slices = List.copyOf(slices);
    this.sliceBytes = sliceBytes;
  }

  /**
   * Returns the rows with their {@link #LINE}.
   *
   * @param rows with the columns file, byte_offset and line_feeds, null where there is no file
   */
  public Dataset<Row> addTo(Dataset<Row> rows) {
    List<TextSlice> before = slicesBefore(rows);
    if (before.isEmpty()) {
      return rows.withColumn(LINE, col(InstructionRows.LINE_FEEDS).plus(1));
    }
    SparkSession spark = rows.sparkSession();
    Dataset<Row> beginnings = spark.createDataFrame(beginnings(spark, before), BEGINNINGS);
    return rows.withColumn(
            SLICE,
            col(InstructionRows.BYTE_OFFSET)
                .minus(col(InstructionRows.BYTE_OFFSET).mod(sliceBytes)))
        .join(
            beginnings,
            CollectionConverters.asScala(List.of(InstructionRows.FILE, SLICE)).toSeq(),
            "left")
        .withColumn(
            LINE, col(InstructionRows.LINE_FEEDS).plus(coalesce(col(BEFORE), lit(0L))).plus(1))
        .drop(SLICE, BEFORE);
  }

  /** Returns the slices that end before a row of their file begins. */
  private List<TextSlice> slicesBefore(Dataset<Row> rows) {
    if (slices.stream().noneMatch(slice -> slice.start() > 0)) {
      return List.of();
    }
    Map<String, Long> last = new TreeMap<>();
    rows.where(col(InstructionRows.BYTE_OFFSET).geq(sliceBytes))
        .groupBy(InstructionRows.FILE)
        .agg(max(InstructionRows.BYTE_OFFSET))
        .collectAsList()
        .forEach(row -> last.put(row.getString(0), row.getLong(1)));
    return slices.stream()
        .filter(slice -> slice.end() <= last.getOrDefault(slice.file().name(), 0L))
        .toList();
  }

  /** Counts the lines of slices; returns those before each slice that follows one of them. */
  private static List<Row> beginnings(SparkSession spark, List<TextSlice> slices) {
    List<Long> counts =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(new ArrayList<>(slices), slices.size())
            .map(LineNumbers::lineFeeds)
            .collect();
    List<Row> beginnings = new ArrayList<>();
    long before = 0;
    for (int i = 0; i < slices.size(); i++) {
      TextSlice slice = slices.get(i);
      before = slice.start() == 0 ? counts.get(i) : before + counts.get(i);
      beginnings.add(RowFactory.create(slice.file().name(), slice.end(), before));
    }
    return beginnings;
  }

  private static long lineFeeds(TextSlice slice) throws IOException {
    try (ByteScanner bytes = slice.file().open(LineScanner.firstByte(slice.start()))) {
      return bytes.lineFeedsUntil(LineScanner.firstByte(slice.end()));
    }
  }
}
