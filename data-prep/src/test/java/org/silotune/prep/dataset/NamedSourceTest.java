package org.silotune.prep.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.source.InstructionSource;
import org.silotune.prep.source.SourceConfig;

/** The rows of named data sets, in files as their publishers lay them out. */
@ExtendWith(SparkSessionExtension.class)
final class NamedSourceTest {

  @TempDir Path folder;

  @BeforeEach
  void begin() throws IOException {
    write("SOURCE.md", "where it is from");
  }

  @Test
  void dollyHasContextsAndCategories(SparkSession spark) throws IOException {
    var rows =
        """
        {"instruction": "Who?", "context": "Ada wrote it.", "response": "Ada", "category": "closed_qa"}
        {"instruction": "A colour?", "context": "", "response": "Red", "category": "brainstorming"}
        """;
    write("databricks-dolly-15k.jsonl.gz", rows);

    assertThat(rows(spark, "dolly-15k"))
        .containsExactlyInAnyOrder(
            "closed_qa|Who?|Ada wrote it.|Ada|closed_qa",
            "brainstorming|A colour?||Red|brainstorming");
  }

  @Test
  void testSetOfGsm8kIsNotTrainedOn(SparkSession spark) throws IOException {
    write("train.jsonl", "{\"question\": \"1 + 1?\", \"answer\": \"#### 2\"}\n");
    write("test.jsonl", "{\"question\": \"2 + 2?\", \"answer\": \"#### 4\"}\n");
    write("test_socratic.jsonl.gz", "{\"question\": \"3 + 3?\", \"answer\": \"#### 6\"}\n");

    assertThat(rows(spark, "gsm8k")).containsExactly("null|1 + 1?||#### 2|");
  }

  @Test
  void alpacaAndItsCleanedFormAreToldApartInOneFolder(SparkSession spark) throws IOException {
    write("alpaca_data.json", "[{\"instruction\": \"Go\", \"input\": \"\", \"output\": \"a\"}]");
    write(
        "alpaca_data_cleaned.json",
        "[{\"instruction\": \"Go\", \"input\": \"now\", \"output\": \"b\"}]");
    write("seed_tasks.jsonl", "{\"id\": \"seed_task_0\", \"instances\": []}\n");

    assertThat(rows(spark, "alpaca")).containsExactly("null|Go||a|");
    assertThat(rows(spark, "alpaca-cleaned")).containsExactly("null|Go|now|b|");
  }

  @Test
  void inputsOfRosettaAreItsLanguages(SparkSession spark) throws IOException {
    write(
        "rosetta_alpaca.json",
        "[{\"instruction\": \"Print 1.\", \"input\": \"C++\", \"output\": \"cout << 1;\"}]");

    assertThat(rows(spark, "rosetta-alpaca")).containsExactly("C++|Print 1.|C++|cout << 1;|C++");
  }

  @Test
  void functionsToTrainOnAreInTheFoldersOfTheirLanguages(SparkSession spark) throws IOException {
    for (var language : List.of("go", "ruby")) {
      write(
          "%s/final/jsonl/train/%s_train_0.jsonl.gz".formatted(language, language),
          "{\"docstring\": \"Adds.\", \"code\": \"f()\", \"language\": \"%s\", \"code_tokens\": [\"f\"]}\n"
              .formatted(language));
      write("%s/final/jsonl/test/%s_test_0.jsonl.gz".formatted(language, language), "{}\n");
    }

    assertThat(rows(spark, "code-search-net"))
        .containsExactlyInAnyOrder("go|Adds.|go|f()|go", "ruby|Adds.|ruby|f()|ruby");
  }

  @Test
  void namesApplyToTablesToo(SparkSession spark) {
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW dolly AS SELECT 'Why?' AS instruction, '' AS context, 'So.' AS response, 'open_qa' AS category");

    var dolly = DatasetRegistry.standard().named("dolly-15k");
    assertThat(rows(spark, dolly, dolly.source().withTable("dolly")))
        .containsExactly("open_qa|Why?||So.|open_qa");
  }

  /** Silo, instruction, input, output and category of every row, none of which is bad. */
  private List<String> rows(SparkSession spark, String name) {
    var dataset = DatasetRegistry.standard().named(name);
    return rows(spark, dataset, dataset.source().withPath(folder));
  }

  private static List<String> rows(SparkSession spark, NamedDataset dataset, SourceConfig source) {
    var silos = dataset.silos();
    var rows = InstructionSource.open(spark, source, silos.siloColumn(), silos.roles()).rows();
    assertThat(rows.where(rows.col(InstructionRows.REASON).isNotNull()).count()).isZero();
    return rows
        .select(
            InstructionRows.SILO_KEY,
            InstructionRows.INSTRUCTION,
            InstructionRows.INPUT,
            InstructionRows.OUTPUT,
            InstructionRows.CATEGORY)
        .collectAsList()
        .stream()
        .map(row -> row.mkString("|"))
        .toList();
  }

  private void write(String name, String text) throws IOException {
    var file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (var out =
        name.endsWith(".gz")
            ? new GZIPOutputStream(Files.newOutputStream(file))
            : Files.newOutputStream(file)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
