package org.silotune.llm.finetune;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.tokenizer.TokenizedExample;

/** Seeded random examples for the fixture models, whose vocabulary has 128 ids. */
final class FixtureExamples {

  private FixtureExamples() {}

  /** Returns examples of 2 to 24 tokens of which the first third is not trained. */
  static List<TokenizedExample> draw(int count, long seed) {
    CounterRandom random = CounterRandom.ofSeed(seed);
    List<TokenizedExample> examples = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      CounterRandom source = random.at(e);
      int[] ids = new int[2 + source.below(0, 23)];
      int[] labels = new int[ids.length];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = 3 + source.below(1 + i, 125);
        labels[i] = i < ids.length / 3 ? TokenizedExample.NOT_TRAINED : ids[i];
      }
      examples.add(new TokenizedExample("example " + e, ids, labels));
    }
    return examples;
  }

  /** Returns tensors of the same layout with every coordinate drawn anew, so that none is zero. */
  static NamedTensors randomLike(NamedTensors tensors, double scale, long seed) {
    NamedTensors copy = tensors.copy();
    copy.forEach(
        (name, values) -> {
          CounterRandom random = CounterRandom.ofSeed(seed).at(name);
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * random.gaussian(i));
          }
        });
    return copy;
  }

  /** Returns the sha256 of names and bits: losses that look equal prove nothing. */
  static String sha256(NamedTensors tensors) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      tensors.forEach(
          (name, values) -> {
            digest.update(name.getBytes(UTF_8));
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
            bytes.asFloatBuffer().put(values);
            digest.update(bytes);
          });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns ‖a - b‖ / ‖b‖ over all coordinates. */
  static double relativeDistance(NamedTensors a, NamedTensors b) {
    double[] sums = new double[2];
    b.forEach(
        (name, values) -> {
          float[] other = a.values(name);
          for (int i = 0; i < values.length; i++) {
            double difference = (double) other[i] - values[i];
            sums[0] += difference * difference;
            sums[1] += (double) values[i] * values[i];
          }
        });
    return Math.sqrt(sums[0] / sums[1]);
  }

  /** Returns the cosine of the angle between a and b, over all coordinates. */
  static double cosine(NamedTensors a, NamedTensors b) {
    double[] sums = new double[3];
    b.forEach(
        (name, values) -> {
          float[] other = a.values(name);
          for (int i = 0; i < values.length; i++) {
            sums[0] += (double) other[i] * values[i];
            sums[1] += (double) other[i] * other[i];
            sums[2] += (double) values[i] * values[i];
          }
        });
    return sums[0] / Math.sqrt(sums[1] * sums[2]);
  }
}
