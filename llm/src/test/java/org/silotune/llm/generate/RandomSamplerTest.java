package org.silotune.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.LlmException;

final class RandomSamplerTest {

  private static final float[] LOGITS = {0.5f, 2, -1, 2, 3, 0};

  @Test
  void distributionsEqualTransformers() throws IOException {
    JsonNode golden = golden();
    int compared = 0;
    for (JsonNode testCase : golden.get("cases")) {
      RandomSampler sampler =
          new RandomSampler(
              testCase.get("temperature").asDouble(),
              testCase.get("topK").asInt(),
              testCase.get("topP").asDouble(),
              0);
      double[] actual = sampler.probabilities(logits(golden, testCase.get("logits").asText()));
      JsonNode expected = testCase.get("probabilities");
      assertThat(expected.size()).isEqualTo(actual.length);
      for (int id = 0; id < actual.length; id++) {
        double probability = expected.get(id).asDouble();
        assertThat(actual[id])
            .as("%s of %s, id %d", sampler, testCase.get("logits"), id)
            .isCloseTo(probability, within(1e-6));
        assertThat(actual[id] == 0).isEqualTo(probability == 0);
      }
      compared++;
    }
    assertThat(compared).isEqualTo(59);
  }

  @Test
  void topKOfAllAndTopPOfOneChangeNothing() {
    double[] plain = Sampler.random(0.9, 1).probabilities(LOGITS);
    assertThat(new RandomSampler(0.9, RandomSampler.ALL, 1, 1).probabilities(LOGITS))
        .isEqualTo(plain);
    assertThat(new RandomSampler(0.9, 1000, 1, 1).probabilities(LOGITS)).isEqualTo(plain);
    assertThat(new RandomSampler(0.9, LOGITS.length, 1, 1).probabilities(LOGITS)).isEqualTo(plain);
  }

  @Test
  void topKOfOneTakesTheMostLikelyToken() {
    RandomSampler sampler = Sampler.random(5, 3).withTopK(1);
    for (int position = 0; position < 50; position++) {
      assertThat(sampler.next(LOGITS, 0, position)).isEqualTo(4);
    }
  }

  @Test
  void theMostLikelyTokenStaysHoweverSmallTopP() {
    double[] kept = Sampler.random(1, 0).withTopP(1e-12).probabilities(LOGITS);
    assertThat(kept).containsExactly(0, 0, 0, 0, 1, 0);
  }

  @Test
  void ofEqualTokensAtTheEdgeOfTheNucleusTheSmallerIdStays() {
    double[] kept = Sampler.random(1, 0).withTopP(0.7).probabilities(new float[] {0, 2, 2, 2});
    assertThat(kept).containsExactly(0, 1 / 3.0, 1 / 3.0, 1 / 3.0);
    assertThat(Sampler.random(1, 0).withTopP(0.5).probabilities(new float[] {0, 2, 2, 2}))
        .containsExactly(0, 0.5, 0.5, 0);
  }

  @Test
  void drawsFollowTheDistribution() {
    RandomSampler sampler = new RandomSampler(0.8, 4, 0.95, 42);
    double[] expected = sampler.probabilities(LOGITS);
    int draws = 20_000;
    int[] counts = new int[LOGITS.length];
    for (int position = 0; position < draws; position++) {
      counts[sampler.next(LOGITS, 7, position)]++;
    }
    for (int id = 0; id < counts.length; id++) {
      double deviation = Math.sqrt(expected[id] * (1 - expected[id]) / draws);
      assertThat(counts[id] / (double) draws).isCloseTo(expected[id], within(5 * deviation));
    }
  }

  @Test
  void aDrawDependsOnSeedStreamAndPositionOnly() {
    RandomSampler sampler = Sampler.random(1, 11);
    int[] first = draws(sampler, 0);
    assertThat(draws(sampler, 0)).isEqualTo(first);
    assertThat(draws(Sampler.random(1, 11), 0)).isEqualTo(first);
    assertThat(draws(sampler, 1)).isNotEqualTo(first);
    assertThat(draws(Sampler.random(1, 12), 0)).isNotEqualTo(first);
  }

  @Test
  void sharplyPeakedLogitsAtTinyTemperatureStayFinite() {
    float[] logits = new float[100];
    new Random(5).ints(100, -1000, 1000).forEach(v -> logits[Math.floorMod(v, 100)] = v);
    double[] probabilities = Sampler.random(1e-300, 1).probabilities(logits);
    assertThat(Arrays.stream(probabilities).sum()).isCloseTo(1, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void temperaturesThatAreNotPositiveNumbersAreRefused(double temperature) {
    assertThatThrownBy(() -> Sampler.random(temperature, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid temperature %s: must be a number > 0; use greedy to take the most likely token",
            temperature);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.0000001, Double.NaN})
  void topPOutsideItsRangeIsRefused(double topP) {
    assertThatThrownBy(() -> Sampler.random(1, 0).withTopP(topP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid top-p %s: must be in (0, 1]; 1 keeps all tokens", topP);
  }

  @Test
  void negativeTopKIsRefused() {
    assertThatThrownBy(() -> Sampler.random(1, 0).withTopK(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid top-k -1: must be >= 1, or 0 to keep all tokens");
  }

  @Test
  void logitsThatAreNotNumbersAreAnError() {
    assertThatThrownBy(() -> Sampler.random(1, 0).next(new float[] {1, Float.NaN}, 0, 0))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Cannot choose the next token: the logit of id 1 is NaN; the weights or the adapter"
                + " hold values that are not finite, or the type of the products cannot hold the states");
    assertThatThrownBy(() -> Sampler.greedy().next(new float[] {Float.NEGATIVE_INFINITY}, 0, 0))
        .isInstanceOf(LlmException.class)
        .hasMessage("Cannot choose the next token: none of the 1 logits is finite");
  }

  @Test
  void greedyTakesTheSmallestIdOfEqualLogits() {
    assertThat(Sampler.greedy().next(new float[] {1, 7, 7, -3}, 0, 0)).isEqualTo(1);
  }

  private static int[] draws(RandomSampler sampler, long stream) {
    int[] ids = new int[40];
    for (int position = 0; position < ids.length; position++) {
      ids[position] = sampler.next(LOGITS, stream, position);
    }
    return ids;
  }

  private static JsonNode golden() throws IOException {
    try (InputStream json =
        RandomSamplerTest.class.getResourceAsStream("/golden/sampling/expected.json")) {
      return new ObjectMapper().readTree(json);
    }
  }

  private static float[] logits(JsonNode golden, String name) {
    JsonNode values = golden.get("logits").get(name);
    float[] logits = new float[values.size()];
    for (int id = 0; id < logits.length; id++) {
      JsonNode value = values.get(id);
      logits[id] = value.isNull() ? Float.NEGATIVE_INFINITY : (float) value.asDouble();
    }
    return logits;
  }
}
