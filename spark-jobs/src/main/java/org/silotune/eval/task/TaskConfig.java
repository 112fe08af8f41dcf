package org.silotune.eval.task;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A task: which rows it asks about, what it shows first, and how it asks.
 *
 * @param id what tables call it
 * @param about what it measures, for people
 * @param source its rows
 * @param shots the worked examples before each question
 * @param ask how a row becomes a question and what its answer is worth
 */
public record TaskConfig(
    String id,
    Optional<String> about,
    SourceConfig source,
    Optional<ShotsConfig> shots,
    AskConfig ask) {

  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,79}");

  public TaskConfig {
    requireNonNull(source, "source");
    requireNonNull(ask, "ask");
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "Invalid task id '%s': must be 1 to 80 small letters, digits, dots, dashes or underscores"
              .formatted(id));
    }
    if (shots.isPresent() && !ask.takesShots()) {
      throw new IllegalArgumentException(
          "Invalid shots of task %s: a task of this kind shows no examples; leave them out"
              .formatted(id));
    }
    if (shots.isPresent() && shots.get().target().isEmpty() && !ask.hasTarget()) {
      throw new IllegalArgumentException(
          "Missing shots.target of task %s: say how an example's answer is written".formatted(id));
    }
  }
}
