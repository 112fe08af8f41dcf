package org.silotune.prep.bench;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.PreparationException;
import org.silotune.prep.job.Preparation;
import org.silotune.prep.job.PrepareConfig;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.source.SourceFormat;

/**
 * As many rows as asked for, of a source that has fewer or more: its instructions in turn, each
 * with its number behind the question, so that no two are equal.
 */
final class CycledRows {

  private static final String FILE = "rows.jsonl";
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final PrepareConfig config;
  private final List<Row> rows;

  private CycledRows(PrepareConfig config, List<Row> rows) {
    this.config = config;
    this.rows = rows;
  }

  /**
   * Reads at most {@code count} rows of a source.
   *
   * @throws PreparationException if the source has no row with an instruction
   */
  static CycledRows of(SparkSession spark, PrepareConfig config, int count) {
    List<Row> rows =
        Preparation.source(spark, config)
            .rows()
            .where(col(InstructionRows.REASON).isNull().and(col(InstructionRows.MESSAGES).isNull()))
            .limit(count)
            .collectAsList();
    if (rows.isEmpty()) {
      throw new PreparationException(
          "Cannot measure a preparation: its source has no row with an instruction; name another with --data");
    }
    return new CycledRows(config, rows);
  }

  /**
   * Writes rows as JSON lines, with the columns that the settings name.
   *
   * @param folder where to
   * @return the settings, which read them
   */
  PrepareConfig write(int count, Path folder) throws IOException {
    try (SequenceWriter lines =
        JSON.writer().withRootValueSeparator("\n").writeValues(folder.resolve(FILE).toFile())) {
      for (int i = 0; i < count; i++) {
        lines.write(columns(rows.get(i % rows.size()), i));
      }
    }
    return config.withSource(
        config.source().withPath(folder).withFiles(FILE).withFormat(SourceFormat.JSONL));
  }

  /** A silo's column may be the one of another role: the last one written is the text as it was. */
  private Map<String, String> columns(Row row, int number) {
    var names = config.source().columns();
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put(names.category(), row.getAs(InstructionRows.CATEGORY));
    names.id().ifPresent(id -> columns.put(id, Integer.toString(number)));
    columns.put(names.instruction(), row.getAs(InstructionRows.INSTRUCTION) + " #" + number);
    columns.put(names.input(), row.getAs(InstructionRows.INPUT));
    columns.put(names.output(), row.getAs(InstructionRows.OUTPUT));
    config
        .silos()
        .siloColumn()
        .ifPresent(silo -> columns.put(silo, row.getAs(InstructionRows.SILO_KEY)));
    return columns;
  }
}
