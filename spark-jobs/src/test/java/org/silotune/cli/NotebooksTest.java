package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Python module, and the Jupyter notebook from top to bottom with the bundled model. */
@Tag("python")
final class NotebooksTest {

  @TempDir private Path folder;

  @Test
  void modulesOwnTestsPass() throws Exception {
    var ended = python(Map.of(), "-m", "unittest", "discover", "-s", "tests", "-p", "test_*.py");

    assertThat(ended.status()).as(ended.output()).isZero();
    assertThat(ended.output()).containsPattern("Ran 1[0-9] tests");
  }

  @Test
  void jupyterNotebookRunsFromTopToBottom() throws Exception {
    var executed = folder.resolve("executed.ipynb");
    var ended =
        python(
            Map.of("SILOTUNE_NOTEBOOK_WORK", folder.resolve("work").toString()),
            "execute.py",
            executed.toString());

    assertThat(ended.status()).as(ended.output()).isZero();
    var cells = codeCells(executed);
    assertThat(cells).allMatch(cell -> cell.path("execution_count").isInt());
    assertThat(outputs(cells, "image/png")).hasSize(2);
    assertThat(text(cells))
        .contains("|arithmetic|", "fedadam", "alone", "prompt  Tom has 4 pens")
        .doesNotContain("Traceback");
  }

  private NotebookProcess.Ended python(Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(NotebookProcess.python()));
    command.addAll(List.of(words));
    return NotebookProcess.run(environment, folder.resolve("log.txt"), "", command);
  }

  private static List<JsonNode> codeCells(Path notebook) throws IOException {
    List<JsonNode> cells = new ArrayList<>();
    for (var cell : JsonMapper.builder().build().readTree(notebook.toFile()).path("cells")) {
      if (cell.path("cell_type").asText().equals("code")) {
        cells.add(cell);
      }
    }
    return cells;
  }

  private static List<JsonNode> outputs(List<JsonNode> cells, String type) {
    return cells.stream()
        .flatMap(cell -> cell.path("outputs").valueStream())
        .map(output -> output.path("data").path(type))
        .filter(data -> !data.isMissingNode())
        .toList();
  }

  private static String text(List<JsonNode> cells) {
    var text = new StringBuilder();
    for (var cell : cells) {
      for (var output : cell.path("outputs")) {
        output.path("text").forEach(line -> text.append(line.asText()));
        text.append(output.path("text").asText());
        output.path("data").path("text/plain").forEach(line -> text.append(line.asText()));
        text.append(output.path("data").path("text/plain").asText());
      }
    }
    return text.toString();
  }
}
