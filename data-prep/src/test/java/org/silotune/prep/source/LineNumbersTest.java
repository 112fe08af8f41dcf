package org.silotune.prep.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.SparkSessionExtension;

@ExtendWith(SparkSessionExtension.class)
final class LineNumbersTest {

  @TempDir Path temp;

  @Test
  void linesAreThoseOfTheFileHoweverItIsCut(SparkSession spark) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    List<SourceFile> files = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (String name : List.of("a.jsonl", "b.jsonl")) {
      StringBuilder text = new StringBuilder();
      for (int line = 1; line <= 120; line++) {
        boolean isBlank = random.nextInt(4) == 0;
        text.append(isBlank ? "" : "x".repeat(1 + random.nextInt(9))).append("\n");
        if (!isBlank) {
          expected.add(name + ":" + line);
        }
      }
      Path file = Files.writeString(temp.resolve(name), text);
      files.add(new SourceFile(file.toUri().toString(), name, Files.size(file)));
    }
    SourceListing listing = new SourceListing(SourceFormat.JSONL, files);

    for (int sliceBytes : new int[] {1, 7, 64, 100_000}) {
      List<TextSlice> slices = TextSlice.of(listing, sliceBytes);
      Dataset<Row> lines = new LineNumbers(slices, sliceBytes).addTo(rows(spark, slices));
      assertThat(lines.collectAsList())
          .as("slices of %d bytes", sliceBytes)
          .extracting(row -> row.getAs("file") + ":" + row.getAs(LineNumbers.LINE))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void fileThatWasReadInOnePieceIsNotReadAgain(SparkSession spark) throws IOException {
    Path path = Files.writeString(temp.resolve("a.jsonl"), "x\n\ny\n");
    SourceFile file = new SourceFile(path.toUri().toString(), "a.jsonl", Files.size(path));
    List<TextSlice> slices = TextSlice.of(new SourceListing(SourceFormat.JSONL, List.of(file)));
    Dataset<Row> rows = rows(spark, slices).cache();
    assertThat(rows.count()).isEqualTo(2);
    Files.delete(path);

    assertThat(new LineNumbers(slices, TextSlice.SLICE_BYTES).addTo(rows).collectAsList())
        .extracting(row -> row.<Long>getAs(LineNumbers.LINE))
        .containsExactlyInAnyOrder(1L, 3L);
    rows.unpersist();
  }

  /** Every line is a row, and a bad one. */
  private static Dataset<Row> rows(SparkSession spark, List<TextSlice> slices) {
    RowMapper mapper = RowMapper.of(ColumnMapping.defaults(), RowSelection.ALL, Optional.empty());
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(slices, 3)
            .flatMap(slice -> TextRows.of(slice, mapper)),
        InstructionRows.SCHEMA);
  }
}
