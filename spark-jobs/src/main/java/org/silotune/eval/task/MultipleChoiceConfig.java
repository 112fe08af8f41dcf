package org.silotune.eval.task;

import java.util.List;
import java.util.Optional;

/**
 * A question whose answer is the likeliest of several continuations.
 *
 * @param prompt what the choices follow, after a space
 * @param choices the choices, each a template
 * @param choiceList a field with the choices, in their place
 * @param ending what follows the choices, where they end the prompt instead of following it: the
 *     likelihood is that of the ending, after each choice
 * @param labels what the answer may be, in the choices' order
 * @param answer the right one of the labels
 * @param metrics how choices are compared
 */
public record MultipleChoiceConfig(
    String prompt,
    Optional<List<String>> choices,
    Optional<String> choiceList,
    Optional<String> ending,
    List<String> labels,
    String answer,
    List<ChoiceMetric> metrics)
    implements AskConfig {

  /** What files call it. */
  public static final String NAME = "multiple-choice";

  public MultipleChoiceConfig {
    choices = choices.map(List::copyOf);
    labels = List.copyOf(labels);
    metrics = List.copyOf(metrics);
    if (choices.isPresent() == choiceList.isPresent()) {
      throw new IllegalArgumentException("Invalid choices: give one of choices and choice-list");
    }
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("Invalid metrics: name at least one");
    }
    if (ending.isPresent() && !metrics.equals(List.of(ChoiceMetric.ACC))) {
      throw new IllegalArgumentException(
          "Invalid metrics: with an ending all choices score the same text; take acc alone");
    }
  }

  @Override
  public boolean takesShots() {
    return ending.isEmpty();
  }
}
