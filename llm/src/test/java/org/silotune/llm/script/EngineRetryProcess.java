package org.silotune.llm.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.silotune.llm.LlmException;

/** A process of its own whose engine has no place to unpack to at first, then the usual one. */
final class EngineRetryProcess {

  private EngineRetryProcess() {}

  /**
   * Runs the process.
   *
   * @param args the cache folder it was started with, a file so far; the folder to put there
   */
  public static void main(String[] args) throws IOException {
    for (int attempt = 1; attempt <= 2; attempt++) {
      try {
        EngineProcess.main(args);
      } catch (LlmException e) {
        System.out.println("attempt %d: %s".formatted(attempt, e.getMessage()));
      }
    }
    Path cache = Path.of(args[0]);
    Files.delete(cache);
    Files.createSymbolicLink(cache, Path.of(args[1]));
    EngineProcess.main(args);
  }
}
