package org.silotune.eval.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class IntervalTest {

  private static final Bootstrap BOOTSTRAP = Bootstrap.ofSeed(1);
  private static final Path GOLDEN = Path.of("src/test/resources/golden/wilson-intervals.json");

  /** {@code src/test/python/wilson_intervals.py} wrote them. */
  @Test
  void aShareHasTheIntervalThatSciPyGives() throws IOException {
    for (var each : JsonMapper.builder().build().readTree(GOLDEN.toFile())) {
      var interval = of(truths(each.path("all").asInt(), each.path("right").asInt()));
      assertThat(interval.low()).hasValueCloseTo(each.path("low").asDouble(), within(1e-12));
      assertThat(interval.high()).hasValueCloseTo(each.path("high").asDouble(), within(1e-12));
    }
  }

  @Test
  void noneAndAllRightHaveAWidth() {
    assertThat(of(truths(20, 0)).low()).hasValue(0);
    assertThat(of(truths(20, 0)).high().orElseThrow()).isBetween(0.1, 0.2);
    assertThat(of(truths(20, 20)).low().orElseThrow()).isBetween(0.8, 0.9);
    assertThat(of(truths(20, 20)).high()).hasValue(1);
  }

  @Test
  void partsOfAnExampleAreDrawnAgain() {
    var parts = List.of(new Score("pass@1", 0.5, 1), new Score("pass@1", 1, 1));
    assertThat(of(parts)).isEqualTo(BOOTSTRAP.of("a", Pooling.MEAN, parts));
  }

  @Test
  void oneExampleSaysNothingOfOthers() {
    var one = List.of(new Score("rouge_l", 0.25, 1));
    assertThat(of(one))
        .isEqualTo(new Interval(0.25, OptionalDouble.empty(), OptionalDouble.empty()));
    var loss = Collections.nCopies(1, new Score("word_perplexity", 1, 1));
    assertThat(Interval.of(BOOTSTRAP, "a", Pooling.EXPONENTIAL, loss).score())
        .isCloseTo(StrictMath.E, within(1e-15));
  }

  private static Interval of(List<Score> scores) {
    return Interval.of(BOOTSTRAP, "a", Pooling.MEAN, scores);
  }

  private static List<Score> truths(int count, int right) {
    List<Score> scores = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      scores.add(Score.ofTruth("acc", i < right));
    }
    return scores;
  }
}
