package org.silotune.llm.checkpoint.source;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.gguf.GgufFile;
import org.silotune.llm.checkpoint.gguf.GgufTensorReader;

/**
 * Llama 3.1's rotary scaling, which a GGUF file holds as the tensor {@code rope_freqs.weight}: what
 * each inverse frequency is divided by. Factor i is 1 for wavelengths below {@code C / 4}, {@code
 * s} above {@code C}, and {@code 1 / ((1 - t) / s + t)} with {@code t = (C / wavelength - 1) / 3}
 * between, where C = 8192 is the original context. The scale s is the last factor; the others are
 * checked against it, so that another scheme is refused and never ignored.
 *
 * <p>Source: {@code _compute_llama3_parameters} of transformers and its inverse in llama.cpp's
 * converter.
 */
final class Llama3RopeFactors {

  static final String TENSOR = "rope_freqs.weight";

  private static final int ORIGINAL_CONTEXT = 8192;
  private static final double LOW = 1;
  private static final double HIGH = 4;
  private static final double TOLERANCE = 1e-4;

  private Llama3RopeFactors() {}

  /** Writes {@code rope_scaling} if the file has the tensor. */
  static void put(GgufConfig config) {
    if (!config.file().names().contains(TENSOR)) {
      return;
    }
    float[] factors = read(config.file(), config.json().path("head_dim").asInt() / 2);
    double scale = factors[factors.length - 1];
    double base = config.json().path("rope_theta").asDouble();
    for (int i = 0; i < factors.length; i++) {
      double expected = factor(i, factors.length, base, scale);
      if (!(Math.abs(factors[i] - expected) <= TOLERANCE * expected)) {
        throw new LlmException(
            "Cannot use %s: factor %d of %s is %s, Llama 3's rotary scaling has %s; other schemes are not known"
                .formatted(config.file().path(), i, TENSOR, factors[i], (float) expected));
      }
    }
    if (scale != 1) {
      ObjectNode scaling = config.json().putObject("rope_scaling");
      scaling.put("rope_type", "llama3");
      scaling.put("factor", scale);
      scaling.put("low_freq_factor", LOW);
      scaling.put("high_freq_factor", HIGH);
      scaling.put("original_max_position_embeddings", ORIGINAL_CONTEXT);
    }
  }

  private static double factor(int i, int count, double base, double scale) {
    double wavelength = 2 * StrictMath.PI * StrictMath.pow(base, (double) i / count);
    if (wavelength < ORIGINAL_CONTEXT / HIGH) {
      return 1;
    }
    if (wavelength > ORIGINAL_CONTEXT / LOW) {
      return scale;
    }
    double smooth = (ORIGINAL_CONTEXT / wavelength - LOW) / (HIGH - LOW);
    return 1 / ((1 - smooth) / scale + smooth);
  }

  private static float[] read(GgufFile file, int count) {
    GgufTensorReader reader = file.reader(TENSOR);
    if (count == 0 || reader.tensor().elementCount() != count) {
      throw new LlmException(
          "Cannot use %s: tensor %s must have %d values, half a head"
              .formatted(file.path(), reader.tensor(), count));
    }
    float[] factors = new float[count];
    reader.read(0, count, factors, 0);
    return factors;
  }
}
