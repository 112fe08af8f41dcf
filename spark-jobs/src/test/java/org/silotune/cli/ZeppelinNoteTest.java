package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silotune.cli.NotebookProcess.NOTEBOOKS;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Zeppelin note's paragraphs, in their order, in the Spark shell that PySpark brings. */
@Tag("python")
final class ZeppelinNoteTest {

  private static final String DONE = "paragraph %d is done";

  @TempDir private Path folder;

  @Test
  void everyParagraphRuns() throws Exception {
    List<String> paragraphs = scala(NOTEBOOKS.resolve("pipeline.zpln"));
    assertThat(paragraphs).hasSizeGreaterThan(8);

    var ended = shell(paragraphs);

    for (int i = 0; i < paragraphs.size(); i++) {
      assertThat(ended.output())
          .as("paragraph:\n%s\nthe shell:\n%s", paragraphs.get(i), ended.output())
          .contains(DONE.formatted(i));
    }
    assertThat(ended.output()).contains("%table silo\tround\texact match");
  }

  @Test
  void aParagraphThatFailsIsNotDone() throws Exception {
    var ended =
        shell(
            List.of(
                "val a = 1",
                "val b = a +",
                "sys.error(\"no\")",
                ofSql("SELECT * FROM nowhere"),
                "println(a)"));

    assertThat(ended.output()).contains(DONE.formatted(0), DONE.formatted(4));
    assertThat(ended.output())
        .doesNotContain(DONE.formatted(1), DONE.formatted(2), DONE.formatted(3));
  }

  /** Each file is pasted, so compiled as one: its last line runs if all before it has. */
  private NotebookProcess.Ended shell(List<String> paragraphs)
      throws IOException, InterruptedException {
    var input = new StringBuilder();
    for (int i = 0; i < paragraphs.size(); i++) {
      var file = folder.resolve("paragraph-" + i + ".scala");
      // not the text itself, which a message of the compiler would quote
      var marker = "println(\"paragraph \" + %d + \" is done\")".formatted(i);
      Files.writeString(file, paragraphs.get(i) + "\n" + marker + "\n");
      input.append(":paste ").append(file).append('\n');
    }
    input.append(":quit\n");
    return NotebookProcess.run(
        Map.of(
            "SILOTUNE_HOME",
            NOTEBOOKS.getParent().toString(),
            "SILOTUNE_NOTEBOOK_WORK",
            folder.resolve("work").toString()),
        folder.resolve("log.txt"),
        input.toString(),
        List.of(
            sparkHome().resolve("bin/spark-shell").toString(),
            "--master",
            "local[2,4]",
            "--driver-memory",
            "2g",
            "--driver-class-path",
            NotebookProcess.classPath(),
            "--driver-java-options",
            "-Dai.djl.offline=true -DOPT_OUT_TRACKING=true",
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.driver.host=127.0.0.1",
            "--conf",
            "spark.sql.catalogImplementation=in-memory"));
  }

  /** The paragraphs that compute, as the shell takes them. */
  private static List<String> scala(Path note) throws IOException {
    List<String> paragraphs = new ArrayList<>();
    for (var paragraph : JsonMapper.builder().build().readTree(note.toFile()).path("paragraphs")) {
      var text = paragraph.path("text").asText();
      int first = text.indexOf('\n');
      var body = text.substring(first + 1);
      switch (text.substring(0, first)) {
        case "%md" -> {}
        case "%spark" -> paragraphs.add(body);
        case "%sql" -> paragraphs.add(ofSql(body));
        default -> throw new IllegalArgumentException("Unknown interpreter of: " + text);
      }
    }
    return paragraphs;
  }

  private static String ofSql(String query) {
    return "{ val rows = spark.sql(\"\"\"%s\"\"\").collect(); rows.foreach(println); require(rows.nonEmpty, \"no row\") }"
        .formatted(query);
  }

  private Path sparkHome() throws IOException, InterruptedException {
    var ended =
        NotebookProcess.run(
            Map.of(),
            folder.resolve("home.txt"),
            "",
            List.of(NotebookProcess.python(), "-c", "import pyspark; print(pyspark.__path__[0])"));
    assertThat(ended.status()).as(ended.output()).isZero();
    return Path.of(ended.output().strip());
  }
}
