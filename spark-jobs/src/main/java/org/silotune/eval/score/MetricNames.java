package org.silotune.eval.score;

import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.silotune.eval.task.AnswerConfig;
import org.silotune.eval.task.CodeConfig;
import org.silotune.eval.task.GenerateConfig;
import org.silotune.eval.task.MultipleChoiceConfig;
import org.silotune.eval.task.PerplexityConfig;
import org.silotune.eval.task.TaskConfig;
import org.silotune.eval.task.TextMetric;

/** What tables call metrics: {@code acc_norm}; {@code exact_match/strict-match} of an answer. */
public final class MetricNames {

  /** Of a program that passes. */
  public static final String PASSED = "passed";

  private MetricNames() {}

  /** Returns the metrics of a task, as tables call them and in their order there. */
  public static SortedSet<String> of(TaskConfig task) {
    TreeSet<String> names = new TreeSet<>();
    if (task.ask() instanceof MultipleChoiceConfig ask) {
      ask.metrics().forEach(metric -> names.add(of(metric)));
    } else if (task.ask() instanceof PerplexityConfig ask) {
      ask.metrics().forEach(metric -> names.add(of(metric)));
    } else if (task.ask() instanceof CodeConfig ask) {
      ask.ks().forEach(k -> names.add(passAt(k)));
    } else if (task.ask() instanceof GenerateConfig ask) {
      for (TextMetric metric : ask.metrics()) {
        List<AnswerConfig> answers = ask.answers().orElse(List.of());
        if (answers.isEmpty()) {
          names.add(of(metric));
        }
        answers.forEach(answer -> names.add(of(metric, answer.name())));
      }
    } else {
      throw new IllegalStateException("No metrics of " + task.ask());
    }
    return names;
  }

  /** Returns a metric's name. */
  public static String of(Enum<?> metric) {
    return metric.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the name of a metric of one of a task's several answers. */
  static String of(Enum<?> metric, String answer) {
    return answer.isEmpty() ? of(metric) : of(metric) + "/" + answer;
  }

  /** Returns the name of pass@k. */
  public static String passAt(int k) {
    return "pass@" + k;
  }
}
