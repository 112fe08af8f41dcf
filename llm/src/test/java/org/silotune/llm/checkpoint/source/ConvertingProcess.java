package org.silotune.llm.checkpoint.source;

import java.nio.file.Path;
import org.silotune.llm.checkpoint.source.SourceProgress.Step;

/** A process of its own that opens a model and prints how often it converted. */
final class ConvertingProcess {

  private ConvertingProcess() {}

  /**
   * Runs the process.
   *
   * @param args the model and the cache folder
   */
  public static void main(String[] args) {
    int[] conversions = {0};
    SourceProgress count =
        (step, done, total) -> {
          if (step == Step.CONVERTING && done == 0) {
            conversions[0]++;
          }
        };
    try (BaseModelSource source = BaseModelSource.open(Path.of(args[0]), Path.of(args[1]), count)) {
      System.out.println(source.tensors().names().size() + " " + conversions[0]);
    }
  }
}
