package org.silotune.eval.score;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.silotune.eval.task.PerplexityMetric;

/**
 * What the likelihood of a text adds to perplexities, counted as lm-evaluation-harness 0.4 counts:
 * words are what {@code re.split(r"\s+", text)} gives, bytes are those of UTF-8.
 */
public final class PerplexityScores {

  private static final Pattern WHITE_SPACE = Pattern.compile("(?U)\\s+");

  private PerplexityScores() {}

  /**
   * Returns a score a metric.
   *
   * @param loss of the whole text, in nats
   * @param tokens how many there are in it
   */
  public static List<Score> of(
      List<PerplexityMetric> metrics, String text, double loss, long tokens) {
    return metrics.stream()
        .map(
            metric ->
                new Score(
                    MetricNames.of(metric),
                    loss,
                    switch (metric) {
                      case WORD_PERPLEXITY -> WHITE_SPACE.split(text, -1).length;
                      case BYTE_PERPLEXITY, BITS_PER_BYTE ->
                          text.getBytes(StandardCharsets.UTF_8).length;
                      case TOKEN_PERPLEXITY -> tokens;
                    }))
        .toList();
  }
}
