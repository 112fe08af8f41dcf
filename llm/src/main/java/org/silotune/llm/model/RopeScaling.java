package org.silotune.llm.model;

/** How the frequencies of a rotary embedding are stretched for contexts longer than trained on. */
public sealed interface RopeScaling {

  /** Returns the scaled value of a frequency in radians a position. */
  double scale(double frequency);

  /** Leaves frequencies as they are. */
  record None() implements RopeScaling {
    @Override
    public double scale(double frequency) {
      return frequency;
    }
  }

  /** Divides every frequency by {@code factor} (position interpolation, arXiv 2306.15595). */
  record Linear(double factor) implements RopeScaling {

    public Linear {
      requirePositive("factor", factor);
    }

    @Override
    public double scale(double frequency) {
      return frequency / factor;
    }
  }

  /**
   * Llama 3.1's rule: divides frequencies whose wavelength exceeds {@code originalContext /
   * lowFactor} by {@code factor}, keeps those below {@code originalContext / highFactor} and
   * interpolates between. Source: {@code _compute_llama3_parameters} of transformers.
   */
  record Llama3(double factor, double lowFactor, double highFactor, double originalContext)
      implements RopeScaling {

    public Llama3 {
      requirePositive("factor", factor);
      requirePositive("low frequency factor", lowFactor);
      requirePositive("original context", originalContext);
      if (!(highFactor > lowFactor)) {
        throw new IllegalArgumentException(
            "Invalid RoPE high frequency factor %s: must be > the low one, %s"
                .formatted(highFactor, lowFactor));
      }
    }

    @Override
    public double scale(double frequency) {
      double wavelength = 2 * Math.PI / frequency;
      if (wavelength < originalContext / highFactor) {
        return frequency;
      }
      if (wavelength > originalContext / lowFactor) {
        return frequency / factor;
      }
      double keep = (originalContext / wavelength - lowFactor) / (highFactor - lowFactor);
      return (1 - keep) * frequency / factor + keep * frequency;
    }
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("Invalid RoPE %s %s: must be > 0".formatted(what, value));
    }
  }
}
