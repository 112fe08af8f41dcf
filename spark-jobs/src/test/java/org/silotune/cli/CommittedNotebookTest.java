package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silotune.cli.NotebookProcess.NOTEBOOKS;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a reader of the repository sees in the Jupyter notebook: a whole run with the real model.
 */
final class CommittedNotebookTest {

  private NotebookFile notebook;

  @BeforeEach
  void read() throws IOException {
    notebook = NotebookFile.read(NOTEBOOKS.resolve("pipeline.ipynb"));
  }

  @Test
  void everyCellRanInOrderAndThePlotsAreThere() throws IOException {
    notebook.assertRanFromTopToBottom();
    notebook.assertHoldsPlots(3);
  }

  @Test
  void theModelWasTheRealOne() {
    assertThat(notebook.shown())
        .contains("validation loss before training: 2.830 (perplexity 16.95, 50 rows)");
  }

  @Test
  void outputsNameNoPlaceOfAMachine() {
    assertThat(notebook.shown())
        .doesNotContainPattern("(?<![\\w.])/(home|root|tmp|opt|usr|var|work|srv|mnt|data)/")
        .doesNotContain("file:", "hdfs:", "127.0.0.1", "localhost");
  }

  @Test
  void noCellTouchesTheGatewayToJava() {
    assertThat(String.join("\n", notebook.sources()))
        .contains("silotune.session()")
        .doesNotContain("_jvm", "_jsc", "_jsparkSession", "py4j", "gateway");
  }
}
