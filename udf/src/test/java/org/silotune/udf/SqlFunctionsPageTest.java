package org.silotune.udf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs the examples of docs/sql-functions.md: each call is followed by its result. */
@ExtendWith(SparkSessionExtension.class)
final class SqlFunctionsPageTest {

  private static final Path PAGE = Path.of("../docs/sql-functions.md");
  private static final String ERROR = "error: ";

  private record Example(String query, String result) {}

  @Test
  void everyExampleGivesTheResultThatFollowsIt(SparkSession spark) throws IOException {
    List<Example> examples = examples();
    assertThat(examples).hasSizeGreaterThan(40);
    List<String> wrong = new ArrayList<>();
    for (Example example : examples) {
      String actual = actual(spark, example.query());
      boolean same =
          example.result().startsWith(ERROR)
              ? actual.startsWith(ERROR)
                  && actual.contains(example.result().substring(ERROR.length()))
              : actual.equals(example.result());
      if (!same) {
        wrong.add(
            "%s\n-- %s\nbut the page says\n-- %s"
                .formatted(example.query(), actual, example.result()));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyFunctionHasItsSection() throws IOException {
    String page = Files.readString(PAGE);
    for (var function : SqlFunctions.all()) {
      assertThat(page).contains("\n### %s\n".formatted(function.name()));
      assertThat(page).contains("(#%s)".formatted(function.name()));
      assertThat(examples()).anyMatch(example -> example.query().contains(function.name() + "("));
    }
  }

  private static List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    StringBuilder query = new StringBuilder();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("```")) {
        assertThat(query).as("query without a result").isEmpty();
        inside = line.equals("```sql");
      } else if (inside && line.startsWith("-- ")) {
        examples.add(new Example(query.toString(), line.substring(3)));
        query.setLength(0);
      } else if (inside) {
        query.append(query.isEmpty() ? "" : "\n").append(line);
      }
    }
    return examples;
  }

  /** The first row as text, or the first line of what went wrong. */
  private static String actual(SparkSession spark, String query) {
    try {
      Dataset<Row> result = spark.sql(query.substring(0, query.lastIndexOf(';')));
      Row row =
          result
              .select(
                  Stream.of(result.columns())
                      .map(name -> functions.col("`" + name + "`").cast("string"))
                      .toArray(Column[]::new))
              .first();
      return Stream.iterate(0, i -> i < row.size(), i -> i + 1)
          .map(i -> Objects.toString(row.get(i), "NULL"))
          .collect(Collectors.joining(", "))
          .replace("\n", "\\n");
    } catch (Exception e) {
      return Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
          .map(Throwable::getMessage)
          .filter(Objects::nonNull)
          .collect(Collectors.joining(" / ", ERROR, ""));
    }
  }
}
