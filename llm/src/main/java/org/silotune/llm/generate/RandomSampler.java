package org.silotune.llm.generate;

import java.util.Arrays;
import java.util.PriorityQueue;
import org.silotune.llm.tensor.CounterRandom;

/**
 * Draws from the model's distribution, sharpened and cut: the temperature divides the logits, then
 * only the {@code topK} largest stay, then only the smallest set of most likely tokens whose
 * probabilities reach {@code topP} (nucleus sampling, Holtzman et al. 2020, section 3.1). The order
 * and the treatment of ties at the k-th logit (all stay) are those of transformers' {@code
 * TemperatureLogitsWarper}, {@code TopKLogitsWarper} and {@code TopPLogitsWarper}; among equal
 * probabilities at the edge of the nucleus the smaller id stays.
 *
 * <p>The draw is the inverse of the cumulative distribution in the order of ids, computed in double
 * with {@link StrictMath}: the same logits give the same token on every machine.
 *
 * @param temperature greater than 0; 1 leaves the distribution as it is. Zero is refused: the limit
 *     is {@link Sampler#greedy()}
 * @param topK how many tokens stay, or {@link #ALL}
 * @param topP the probability that stays, in (0, 1]; 1 keeps all
 * @param seed of all draws
 */
public record RandomSampler(double temperature, int topK, double topP, long seed)
    implements Sampler {

  /** The {@code topK} that cuts nothing. */
  public static final int ALL = 0;

  public RandomSampler {
    if (!(temperature > 0) || temperature == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "Invalid temperature %s: must be a number > 0; use greedy to take the most likely token"
              .formatted(temperature));
    }
    if (topK < ALL) {
      throw new IllegalArgumentException(
          "Invalid top-k %d: must be >= 1, or 0 to keep all tokens".formatted(topK));
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException(
          "Invalid top-p %s: must be in (0, 1]; 1 keeps all tokens".formatted(topP));
    }
  }

  /** Returns this sampler with another {@code topK}. */
  public RandomSampler withTopK(int newTopK) {
    return new RandomSampler(temperature, newTopK, topP, seed);
  }

  /** Returns this sampler with another {@code topP}. */
  public RandomSampler withTopP(double newTopP) {
    return new RandomSampler(temperature, topK, newTopP, seed);
  }

  @Override
  public int next(float[] logits, long stream, int position) {
    double[] probabilities = probabilities(logits);
    double remaining = CounterRandom.ofSeed(seed).at(stream).uniform(position);
    int last = -1;
    for (int id = 0; id < probabilities.length; id++) {
      if (probabilities[id] > 0) {
        remaining -= probabilities[id];
        last = id;
        if (remaining < 0) {
          return id;
        }
      }
    }
    return last; // the probabilities summed to a hair less than the draw
  }

  /** Returns the distribution that {@link #next} draws from; what was cut off is exactly 0. */
  double[] probabilities(float[] logits) {
    double max = logits[Logits.argmax(logits)];
    float threshold = topK == ALL || topK >= logits.length ? Float.NEGATIVE_INFINITY : kth(logits);
    double[] weights = new double[logits.length];
    for (int id = 0; id < logits.length; id++) {
      if (logits[id] >= threshold) {
        weights[id] = StrictMath.exp((logits[id] - max) / temperature);
      }
    }
    normalise(weights);
    if (topP < 1) {
      keepNucleus(weights);
      normalise(weights);
    }
    return weights;
  }

  /** Returns the {@code topK}-th largest logit. */
  private float kth(float[] logits) {
    PriorityQueue<Float> largest = new PriorityQueue<>(topK);
    for (float logit : logits) {
      if (largest.size() < topK) {
        largest.add(logit);
      } else if (logit > largest.element()) {
        largest.remove();
        largest.add(logit);
      }
    }
    return largest.element();
  }

  /** Zeroes every token that is not needed to reach {@code topP}; the most likely one stays. */
  private void keepNucleus(double[] probabilities) {
    // Tokens at or below (1 - topP) / V cannot sum to more than 1 - topP, so all of them go: this
    // leaves few to sort, however large the vocabulary.
    double floor = (1 - topP) / probabilities.length * (1 - 1e-9);
    int candidateCount = 0;
    int[] candidates = new int[probabilities.length];
    for (int id = 0; id < probabilities.length; id++) {
      if (probabilities[id] > floor) {
        candidates[candidateCount++] = id;
      } else {
        probabilities[id] = 0;
      }
    }
    Integer[] byProbability =
        Arrays.stream(candidates, 0, candidateCount).boxed().toArray(Integer[]::new);
    Arrays.sort(byProbability, (a, b) -> Double.compare(probabilities[b], probabilities[a]));
    double before = 0; // the sort is stable, so equal probabilities stay in the order of ids
    for (int id : byProbability) {
      double probability = probabilities[id];
      if (before >= topP) {
        probabilities[id] = 0;
      }
      before += probability;
    }
  }

  private static void normalise(double[] weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    for (int id = 0; id < weights.length; id++) {
      weights[id] /= total;
    }
  }
}
