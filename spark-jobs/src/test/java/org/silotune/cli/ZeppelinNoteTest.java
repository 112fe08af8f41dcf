package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.silotune.cli.NotebookProcess.NOTEBOOKS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Zeppelin note's paragraphs, in their order, in the Spark shell that PySpark brings. */
@Tag("python")
final class ZeppelinNoteTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ROW = "row of SQL: ";

  @TempDir private Path folder;

  /**
   * A paragraph of the note.
   *
   * @param kind its interpreter, such as {@code %sql}
   */
  private record Paragraph(String title, String kind, String body) {

    boolean computes() {
      return !kind.equals("%md");
    }

    /** Returns it as the shell takes it. */
    String scala() {
      return kind.equals("%sql") ? ofSql(body) : body;
    }
  }

  @Test
  void everyParagraphComputesWhatItsTitleSays() throws Exception {
    List<Paragraph> paragraphs = note().stream().filter(Paragraph::computes).toList();
    var shell = new SparkShell(folder);
    var printed = shell.run(paragraphs.stream().map(Paragraph::scala).toList());

    Map<String, String> said = new LinkedHashMap<>();
    for (int i = 0; i < paragraphs.size(); i++) {
      assertThat(printed.get(i))
          .as("%s, of the shell:\n%s", paragraphs.get(i), shell.log())
          .isPresent();
      said.put(paragraphs.get(i).title(), printed.get(i).get());
    }
    assertThat(said.keySet())
        .containsExactly(
            "Settings",
            "Prepare",
            "Examples by silo and split",
            "Lengths",
            "Two runs on the same data",
            "The runs' tables as views",
            "Rounds",
            "What each silo did",
            "Validation loss by round",
            "Test loss of each silo, before and after",
            "A table made by hand",
            "Whom SQL asks",
            "Ask the base and the tuned model");

    assertThat(said.get("Prepare")).contains("arithmetic", "extraction", "support");
    var examples = rows(said.get("Examples by silo and split"));
    assertThat(sums(examples, row -> name(row, "silo"), "examples"))
        .isEqualTo(Map.of("arithmetic", 220, "extraction", 180, "support", 200));
    assertThat(sums(examples, row -> name(row, "silo"), "trained_tokens"))
        .isEqualTo(Map.of("arithmetic", 4240, "extraction", 5673, "support", 10909));
    assertThat(sums(examples, row -> name(row, "split"), "examples"))
        .isEqualTo(Map.of("train", 493, "validation", 50, "test", 57));
    assertThat(sums(rows(said.get("Lengths")), row -> name(row, "silo"), "examples"))
        .isEqualTo(Map.of("arithmetic", 220, "extraction", 180, "support", 200));

    assertThat(said.get("Two runs on the same data")).contains("/runs/fedavg", "/runs/fedadam");
    assertThat(texts(rows(said.get("Rounds")), "run", "round", "participants"))
        .containsExactly("fedadam 1 3", "fedavg 1 3");
    assertThat(texts(rows(said.get("What each silo did")), "run", "silo", "status", "steps"))
        .containsExactly(
            "fedadam arithmetic trained 2",
            "fedadam extraction trained 2",
            "fedadam support trained 2",
            "fedavg arithmetic trained 2",
            "fedavg extraction trained 2",
            "fedavg support trained 2");

    assertLossesFall(rows(said.get("Validation loss by round")));
    assertEachSiloGained(rows(said.get("Test loss of each silo, before and after")));
    assertThat(said.get("A table made by hand"))
        .containsPattern(
            "%table silo\tround\texact match\narithmetic\t0\t[0-9.]+\narithmetic\t1\t[0-9.]+\n");
    assertBothAnswered(rows(said.get("Ask the base and the tuned model")));
  }

  @Test
  void textsNameOnlyWhatThereIs() throws IOException {
    List<Paragraph> texts = note().stream().filter(each -> !each.computes()).toList();
    assertThat(texts).hasSize(5);
    for (var text : texts) {
      assertThat(text.body()).isNotBlank();
      var names = Pattern.compile("`([\\w-]+/[\\w./-]+)`").matcher(text.body());
      while (names.find()) {
        assertThat(NOTEBOOKS.resolveSibling(names.group(1))).exists();
      }
    }
  }

  @Test
  void aParagraphThatFailsIsNotDone() throws Exception {
    var printed =
        new SparkShell(folder)
            .run(
                List.of(
                    "val a = 1",
                    "val b = a +",
                    "sys.error(\"no\")",
                    ofSql("SELECT * FROM nowhere"),
                    "println(a + 1)"));

    assertThat(printed.stream().map(Optional::isPresent).toList())
        .containsExactly(true, false, false, false, true);
    assertThat(printed.get(4).orElseThrow().strip()).isEqualTo("2");
  }

  private static void assertLossesFall(List<JsonNode> rows) {
    Map<String, Double> losses = new TreeMap<>();
    rows.forEach(
        row ->
            losses.put(
                name(row, "run") + " " + row.path("round").asInt(),
                row.path("validation_loss").asDouble()));
    assertThat(losses.keySet()).containsExactly("fedadam 0", "fedadam 1", "fedavg 0", "fedavg 1");
    assertThat(losses.get("fedavg 0")).isCloseTo(6.921, within(0.01));
    assertThat(losses.get("fedadam 0")).isEqualTo(losses.get("fedavg 0"));
    assertThat(losses.get("fedavg 1")).isLessThan(losses.get("fedavg 0") - 0.1);
    assertThat(losses.get("fedadam 1")).isLessThan(losses.get("fedadam 0") - 0.05);
  }

  private static void assertEachSiloGained(List<JsonNode> rows) {
    Map<String, Double> losses = new TreeMap<>();
    rows.forEach(
        row ->
            losses.put(
                name(row, "silo") + " " + name(row, "run"), row.path("test_loss").asDouble()));
    assertThat(losses).hasSize(9);
    for (String silo : List.of("arithmetic", "extraction", "support")) {
      double base = losses.get(silo + " base");
      assertThat(losses.get(silo + " fedavg")).isLessThan(base);
      assertThat(losses.get(silo + " fedadam")).isLessThan(base);
    }
  }

  private static void assertBothAnswered(List<JsonNode> rows) {
    assertThat(rows).hasSize(2);
    Set<String> bases = new TreeSet<>();
    for (var row : rows) {
      assertThat(name(row, "prompt")).isNotBlank();
      assertThat(name(row, "tuned")).isNotBlank().isNotEqualTo(name(row, "base"));
      bases.add(name(row, "base"));
    }
    assertThat(bases).hasSize(2);
    assertThat(name(rows.get(1), "prompt")).contains("\n\nMy order 1234"); // SQL's, not Scala's
  }

  private static List<Paragraph> note() throws IOException {
    List<Paragraph> paragraphs = new ArrayList<>();
    var note = JSON.readTree(Files.readString(NOTEBOOKS.resolve("pipeline.zpln")));
    for (var paragraph : note.path("paragraphs")) {
      var text = paragraph.path("text").asText();
      int first = text.indexOf('\n');
      var kind = text.substring(0, first);
      assertThat(kind).isIn("%md", "%spark", "%sql");
      paragraphs.add(
          new Paragraph(paragraph.path("title").asText(), kind, text.substring(first + 1)));
    }
    return paragraphs;
  }

  private static String ofSql(String query) {
    return "spark.sql(\"\"\"%s\"\"\").collect().foreach(row => println(\"%s\" + row.json))"
        .formatted(query, ROW);
  }

  private static List<JsonNode> rows(String printed) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : printed.split("\n", -1)) {
      if (line.startsWith(ROW)) {
        rows.add(JSON.readTree(line.substring(ROW.length())));
      }
    }
    return rows;
  }

  private static Map<String, Integer> sums(
      List<JsonNode> rows, Function<JsonNode, String> key, String column) {
    return rows.stream()
        .collect(
            Collectors.groupingBy(key, Collectors.summingInt(row -> row.path(column).asInt())));
  }

  private static List<String> texts(List<JsonNode> rows, String... columns) {
    return rows.stream()
        .map(
            row ->
                List.of(columns).stream()
                    .map(column -> name(row, column))
                    .collect(Collectors.joining(" ")))
        .toList();
  }

  private static String name(JsonNode row, String column) {
    return row.path(column).asText();
  }
}
