package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.silotune.llm.finetune.LearningRateSchedule.Shape;
import org.silotune.llm.testing.Golden;

/**
 * Schedules against transformers' {@code get_scheduler}. Its warm-up starts with a step of rate 0;
 * ours is one step ahead on the way up, and the same from the top on.
 */
final class LearningRateScheduleGoldenTest {

  private static final Map<String, Shape> SHAPES =
      Map.of(
          "constant", Shape.CONSTANT,
          "constant_with_warmup", Shape.CONSTANT,
          "linear", Shape.LINEAR,
          "cosine", Shape.COSINE);

  static Stream<JsonNode> schedules() throws IOException {
    JsonNode all = new ObjectMapper().readTree(Golden.path("optimizer/schedules.json").toFile());
    return StreamSupport.stream(all.spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void ratesAreThoseOfTransformers(JsonNode golden) {
    int warmup = golden.get("warmup_steps").asInt();
    int total = golden.get("total_steps").asInt();
    JsonNode rates = golden.get("rates");
    LearningRateSchedule schedule =
        new LearningRateSchedule(SHAPES.get(golden.get("schedule").asText()), warmup);
    for (int step = 1; step <= total; step++) {
      double expected = expected(rates, step, warmup, total);
      assertThat(schedule.factor(step, total))
          .as("%s, step %d", schedule, step)
          .isCloseTo(expected, within(1e-15));
    }
  }

  /** Theirs counts from 0; the step that ends a warm-up over the whole training has rate 1. */
  private static double expected(JsonNode rates, int step, int warmup, int total) {
    if (step > warmup) {
      return rates.get(step - 1).doubleValue();
    }
    return step == total ? 1 : rates.get(step).doubleValue();
  }
}
