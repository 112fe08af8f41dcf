package org.silotune.eval.task;

import java.util.List;
import java.util.Optional;

/**
 * Where a task's rows are.
 *
 * @param file below the data folder; {@code .json}, {@code .jsonl} or {@code .csv}, with {@code
 *     .gz} behind it or not
 * @param id the field that tells rows apart; the row's number where there is none
 * @param group the field that scores are also computed by, such as a subject or a silo
 * @param fields made of others, each free to use those before it
 * @param swap a field that every second pair of rows exchanges, so that half of the rows do not
 *     match; the field {@code swapped} says which
 */
public record SourceConfig(
    String file,
    Optional<String> id,
    Optional<String> group,
    Optional<List<FieldPattern>> fields,
    Optional<String> swap) {

  public SourceConfig {
    if (file.isBlank() || file.startsWith("/") || file.contains("..")) {
      throw new IllegalArgumentException(
          "Invalid source file '%s': must be a path below the data folder".formatted(file));
    }
    fields = fields.map(List::copyOf);
  }

  /** Returns the fields that are made, none where nothing is said. */
  List<FieldPattern> made() {
    return fields.orElse(List.of());
  }
}
