package org.silotune.llm.testing;

/**
 * Comparisons of float tensors that fail with the place and the figures, and always on a NaN.
 *
 * <p>Each returns the error it measured, so that a test can report it.
 */
public final class TensorAssertions {

  private TensorAssertions() {}

  /**
   * Asserts {@code |actual[i] - expected[i]| <= tolerance} for all i.
   *
   * @return the largest difference
   */
  public static double assertClose(
      String what, float[] actual, float[] expected, double tolerance) {
    requireSameSize(what, actual, expected);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = Math.abs((double) actual[i] - expected[i]);
      if (!(error <= tolerance)) {
        throw new AssertionError(
            "%s: index %d: expected %s, actual %s, difference %.3g, tolerance %.3g"
                .formatted(what, i, expected[i], actual[i], error, tolerance));
      }
      worst = Math.max(worst, error);
    }
    return worst;
  }

  /**
   * Asserts {@code |actual[i] - expected[i]| <= tolerance * max(1, max|expected|)} for all i.
   *
   * @return the largest difference over {@code max(1, max|expected|)}
   */
  public static double assertCloseToScale(
      String what, float[] actual, float[] expected, double tolerance) {
    double scale = 1;
    for (float value : expected) {
      scale = Math.max(scale, Math.abs(value));
    }
    return assertClose(what, actual, expected, tolerance * scale) / scale;
  }

  /**
   * Asserts {@code ||actual - expected|| / ||expected|| <= tolerance} in the Euclidean norm; the
   * failure shows the index that differs most.
   *
   * @return the relative error
   */
  public static double assertCloseInNorm(
      String what, float[] actual, float[] expected, double tolerance) {
    requireSameSize(what, actual, expected);
    double difference = 0;
    double norm = 0;
    double worst = 0;
    int worstIndex = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = Math.abs((double) actual[i] - expected[i]);
      if (!(error <= worst)) {
        worst = error;
        worstIndex = i;
      }
      difference += error * error;
      norm += (double) expected[i] * expected[i];
    }
    double relative = difference == 0 ? 0 : Math.sqrt(difference) / Math.sqrt(norm);
    if (!(relative <= tolerance)) {
      throw new AssertionError(
          "%s: relative error %.3g of %d values (norm %.3g), tolerance %.3g; most at index %d: expected %s, actual %s"
              .formatted(
                  what,
                  relative,
                  actual.length,
                  Math.sqrt(norm),
                  tolerance,
                  worstIndex,
                  expected[worstIndex],
                  actual[worstIndex]));
    }
    return relative;
  }

  private static void requireSameSize(String what, float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      throw new AssertionError(
          "%s: expected %d values, actual %d".formatted(what, expected.length, actual.length));
    }
  }
}
