package org.silotune.eval.task;

import java.util.List;
import java.util.Optional;

/**
 * A question whose answer is generated and compared with a reference.
 *
 * @param prompt what the model continues
 * @param target the reference
 * @param decoding how the answer is generated
 * @param answers what is taken of a generated text, each compared by itself; all of it where
 *     nothing is said
 * @param ignore regular expressions whose matches are dropped from answer and reference before
 *     {@code exact-match} compares them
 * @param ignoreCase whether {@code exact-match} compares in lower case
 * @param metrics how an answer is compared
 */
public record GenerateConfig(
    String prompt,
    String target,
    DecodingConfig decoding,
    Optional<List<AnswerConfig>> answers,
    Optional<List<String>> ignore,
    Optional<Boolean> ignoreCase,
    List<TextMetric> metrics)
    implements AskConfig {

  /** What files call it. */
  public static final String NAME = "generate";

  public GenerateConfig {
    answers = answers.map(List::copyOf);
    ignore = ignore.map(List::copyOf);
    metrics = List.copyOf(metrics);
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("Invalid metrics: name at least one");
    }
    ignore.orElse(List.of()).forEach(pattern -> AnswerConfig.compile("ignore", pattern));
  }
}
