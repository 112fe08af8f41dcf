package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silotune.cli.NotebookProcess.NOTEBOOKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Spark shell that PySpark brings: pieces of Scala, one after the other in one shell.
 *
 * @param folder for what it writes
 */
record SparkShell(Path folder) {

  // not as the pieces write them, for a message of the compiler quotes those
  private static final String BEGINS = "<piece %d begins>";
  private static final String ENDS = "<piece %d ends>";

  /**
   * Runs pieces. Each is a file that is pasted, so compiled as one: what stands in its last line
   * runs if all before it has.
   *
   * @return what each has printed; nothing where it failed
   */
  List<Optional<String>> run(List<String> pieces) throws IOException, InterruptedException {
    var input = new StringBuilder();
    for (int i = 0; i < pieces.size(); i++) {
      var file = folder.resolve("piece-" + i + ".scala");
      Files.writeString(file, said(i, "begins") + pieces.get(i) + "\n" + said(i, "ends"));
      input.append(":paste ").append(file).append('\n');
    }
    input.append(":quit\n");
    var log = start(input.toString());
    List<Optional<String>> printed = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      int begin = log.indexOf(BEGINS.formatted(i));
      int end = log.indexOf(ENDS.formatted(i));
      printed.add(
          end < 0
              ? Optional.empty()
              : Optional.of(log.substring(begin + BEGINS.formatted(i).length(), end)));
    }
    return printed;
  }

  /** Returns all that the shell said, errors too. */
  String log() throws IOException {
    return Files.readString(folder.resolve("shell.txt"));
  }

  private static String said(int piece, String what) {
    return "println(\"<piece \" + %d + \" %s>\")\n".formatted(piece, what);
  }

  private String start(String input) throws IOException, InterruptedException {
    return NotebookProcess.run(
            Map.of(
                "SILOTUNE_HOME",
                NOTEBOOKS.getParent().toString(),
                "SILOTUNE_NOTEBOOK_WORK",
                folder.resolve("work").toString()),
            folder.resolve("shell.txt"),
            input,
            List.of(
                home().resolve("bin/spark-shell").toString(),
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
                "spark.ui.showConsoleProgress=false",
                "--conf",
                "spark.driver.host=127.0.0.1",
                "--conf",
                "spark.sql.catalogImplementation=in-memory"))
        .output();
  }

  private Path home() throws IOException, InterruptedException {
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
