package org.silotune.prep.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.SparkSessionExtension;

/** Files and tables as instruction rows. */
@ExtendWith(SparkSessionExtension.class)
final class InstructionSourceTest {

  @TempDir Path temp;

  @Test
  void placesMayHaveAnyName(SparkSession spark) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("Größe & co 100%/rows #1"));
    Files.writeString(folder.resolve("ä b.jsonl"), "{\"instruction\": \"a\", \"output\": \"b\"}\n");

    for (Path place : List.of(folder, folder.resolve("ä b.jsonl"))) {
      List<Row> rows = rows(spark, SourceConfig.defaults().withPath(place));
      assertThat(rows).extracting(row -> row.<String>getAs("file")).containsExactly("ä b.jsonl");
    }
  }

  @Test
  void parquetFilesMayHaveNamesThatLookLikeGlobs(SparkSession spark) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("set {a} [1]"));
    spark
        .sql("SELECT 'a' AS instruction, 'b' AS output")
        .coalesce(1)
        .write()
        .parquet(temp.resolve("t").toString());
    try (Stream<Path> parts = Files.list(temp.resolve("t"))) {
      Files.copy(
          parts.filter(p -> p.toString().endsWith(".parquet")).findFirst().orElseThrow(),
          folder.resolve("rows[1].parquet"));
    }

    assertThat(rows(spark, SourceConfig.defaults().withPath(folder))).hasSize(1);
  }

  @Test
  void valuesOfATableBecomeTheTextThatSqlGivesThem(SparkSession spark) {
    spark
        .sql(
            """
            SELECT cast('Grüße' AS binary) AS instruction, 1.50BD AS input,
              timestamp '2024-01-02 03:04:05' AS output, 12345678901 AS category
            """)
        .createOrReplaceTempView("typed");

    Row row = rows(spark, SourceConfig.defaults().withTable("typed")).get(0);

    assertThat(row.<String>getAs("reason")).isNull();
    assertThat(row.<String>getAs("instruction")).isEqualTo("Grüße");
    assertThat(row.<String>getAs("input")).isEqualTo("1.50");
    assertThat(row.<String>getAs("output")).isEqualTo("2024-01-02 03:04:05");
    assertThat(row.<String>getAs("category")).isEqualTo("12345678901");
  }

  @Test
  void tableCellsThatAreNoTextGoToQuarantine(SparkSession spark) {
    spark
        .sql(
            """
            SELECT * FROM VALUES
              (1, 'a', cast(X'61FF' AS string), map('k', 1)),
              (2, 'a', 'b', map('k', 1)) AS t(n, instruction, output, input)
            """)
        .createOrReplaceTempView("bad");

    List<Row> rows = rows(spark, SourceConfig.defaults().withTable("bad"));

    assertThat(rows)
        .extracting(row -> row.getAs("reason") + ": " + row.getAs("detail"))
        .containsExactlyInAnyOrder(
            "invalid-utf8: column output is not UTF-8",
            "invalid-value: column input holds an object where text is expected");
  }

  @Test
  void bytesThatAreNotUtf8InATurnGoToQuarantine(SparkSession spark) {
    spark
        .sql(
            """
            SELECT array(named_struct('role', 'user', 'content', cast(X'FF' AS string))) AS turns
            UNION ALL
            SELECT array(named_struct('role', 'user', 'content', 'fine'))
            """)
        .createOrReplaceTempView("chats");

    SourceConfig source =
        SourceConfig.defaults()
            .withTable("chats")
            .withColumns(ColumnMapping.defaults().withMessages("turns"));

    assertThat(rows(spark, source))
        .extracting(row -> row.<String>getAs("detail"))
        .containsExactlyInAnyOrder("column turns is not UTF-8", null);
  }

  @Test
  void fileThatEndsInTheMiddleOfItsCompressionIsNamed(SparkSession spark) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      for (int i = 0; i < 2_000; i++) {
        gzip.write(
            "{\"instruction\": \"%d\", \"output\": \"%d\"}\n"
                .formatted(i * 7919, i * 104729)
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    Path file = temp.resolve("cut.jsonl.gz");
    Files.write(file, Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));

    assertThatThrownBy(() -> rows(spark, SourceConfig.defaults().withPath(file)))
        .hasMessageContaining("Cannot read cut.jsonl.gz: ");
  }

  private static List<Row> rows(SparkSession spark, SourceConfig config) {
    return InstructionSource.open(spark, config, Optional.empty(), Set.of()).rows().collectAsList();
  }
}
