package org.silotune.prep.bench;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import org.silotune.prep.PreparationException;
import org.silotune.prep.job.EmptySilos;
import org.silotune.prep.job.PrepareConfig;

/**
 * Which preparation is measured.
 *
 * @param prepare its settings
 * @param emptySilos what becomes of silos without training rows
 * @param model whose tokenizer is used: a Hugging Face folder or a GGUF file
 * @param rows that are prepared, from the source in turn
 */
public record PrepBenchConfig(PrepareConfig prepare, EmptySilos emptySilos, Path model, int rows) {

  public PrepBenchConfig {
    requireNonNull(prepare, "prepare");
    requireNonNull(emptySilos, "emptySilos");
    requireNonNull(model, "model");
    if (rows < 1) {
      throw new PreparationException("Invalid rows: %d, must be >= 1".formatted(rows));
    }
  }
}
