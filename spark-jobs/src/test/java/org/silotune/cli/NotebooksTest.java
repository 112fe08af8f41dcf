package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silotune.cli.NotebookProcess.NOTEBOOKS;

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
    assertThat(ended.output()).containsPattern("Ran 3[0-9] tests").contains("\nOK\n");
  }

  @Test
  void jupyterNotebookRunsFromTopToBottom() throws Exception {
    var work = Map.of("SILOTUNE_NOTEBOOK_WORK", folder.resolve("work").toString());
    var written = folder.resolve("executed.ipynb");
    var ended = python(work, "execute.py", written.toString());

    assertThat(ended.status()).as(ended.output()).isZero();
    var executed = NotebookFile.read(written);
    assertThat(executed.sources())
        .isEqualTo(NotebookFile.read(NOTEBOOKS.resolve("pipeline.ipynb")).sources());
    executed.assertRanFromTopToBottom();
    executed.assertHoldsPlots(3);
    assertThat(executed.shown())
        .contains(
            "|arithmetic|  185|        20|  15|          4240|",
            "|arithmetic alone|    1|     1|         1|",
            "|    1|   support|trained|    2|",
            "PROMPT    Tom has 4 pens")
        .containsPattern("\\| +rouge_l\\| +fedavg\\| +57\\|")
        .containsPattern("\\|exact_match\\| +base\\| +57\\|");

    var again = python(work, "execute.py", written.toString());
    assertThat(again.status()).as(again.output()).isZero();
    assertThat(NotebookFile.read(written).shown()).doesNotContain("Preparing data", "Round 1 of");
  }

  private NotebookProcess.Ended python(Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(NotebookProcess.python()));
    command.addAll(List.of(words));
    return NotebookProcess.run(environment, folder.resolve("log.txt"), "", command);
  }
}
