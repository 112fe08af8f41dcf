package org.silotune.eval.task;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Worked examples before a question, the first ones of a list.
 *
 * @param count how many
 * @param examples the examples themselves, their fields by name
 * @param file below the data folder, in their place
 * @param same a field: examples are those that have the row's value in it
 * @param target how an example's answer is written; default as the task's own target
 * @param lead what stands before them all, such as what the questions are about
 */
public record ShotsConfig(
    int count,
    Optional<List<Map<String, String>>> examples,
    Optional<String> file,
    Optional<String> same,
    Optional<String> target,
    Optional<String> lead) {

  /** What stands between two examples, and before the question. */
  static final String DELIMITER = "\n\n";

  public ShotsConfig {
    examples = examples.map(List::copyOf);
    if (count < 1) {
      throw new IllegalArgumentException(
          "Invalid shots count %d: must be at least 1, or leave shots out".formatted(count));
    }
    if (examples.isPresent() == file.isPresent()) {
      throw new IllegalArgumentException("Invalid shots: give one of examples and file");
    }
    if (file.filter(name -> name.isBlank() || name.startsWith("/") || name.contains(".."))
        .isPresent()) {
      throw new IllegalArgumentException(
          "Invalid shots file '%s': must be a path below the data folder".formatted(file.get()));
    }
    if (examples.isPresent() && examples.get().size() < count) {
      throw new IllegalArgumentException(
          "Invalid shots count %d: there are %d examples".formatted(count, examples.get().size()));
    }
  }
}
