package org.silotune.llm.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.silotune.llm.testing.TensorAssertions.assertClose;
import static org.silotune.llm.testing.TensorAssertions.assertCloseInNorm;
import static org.silotune.llm.testing.TensorAssertions.assertCloseToScale;

import org.junit.jupiter.api.Test;

class TensorAssertionsTest {

  @Test
  void theErrorMeasuredIsReturned() {
    float[] expected = {4, 3};
    float[] actual = {4, 3.5f};
    assertThat(assertClose("x", actual, expected, 0.5)).isEqualTo(0.5);
    assertThat(assertCloseToScale("x", actual, expected, 0.125)).isEqualTo(0.125);
    assertThat(assertCloseInNorm("x", actual, expected, 0.1)).isEqualTo(0.1);
  }

  @Test
  void aFailureNamesIndexExpectedActualAndTolerance() {
    assertThatThrownBy(() -> assertClose("logits", new float[] {1, 3}, new float[] {1, 2}, 0.5))
        .hasMessage("logits: index 1: expected 2.0, actual 3.0, difference 1.00, tolerance 0.500");
    assertThatThrownBy(() -> assertCloseInNorm("q", new float[] {1, 3}, new float[] {1, 2}, 0.1))
        .hasMessageContaining("q: relative error 0.447 of 2 values")
        .hasMessageContaining("most at index 1: expected 2.0, actual 3.0");
  }

  @Test
  void aNanNeverPasses() {
    float[] nan = {0, Float.NaN, 0};
    float[] zero = {0, 0, 0};
    float[] infinite = {0, Float.POSITIVE_INFINITY, 0};
    assertThatThrownBy(() -> assertClose("x", nan, zero, 1e9)).hasMessageContaining("index 1");
    assertThatThrownBy(() -> assertClose("x", nan, nan, 1e9)).hasMessageContaining("index 1");
    assertThatThrownBy(() -> assertCloseToScale("x", zero, nan, 1e9))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> assertCloseInNorm("x", nan, zero, 1e9)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> assertCloseInNorm("x", zero, nan, 1e9)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> assertClose("x", infinite, infinite, 1e9))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void anythingIsFarFromAZeroTensorInNorm() {
    assertThatThrownBy(() -> assertCloseInNorm("x", new float[] {1e-30f}, new float[] {0}, 1e-4))
        .hasMessageContaining("relative error Infinity");
    assertThat(assertCloseInNorm("x", new float[] {0}, new float[] {0}, 0)).isZero();
  }

  @Test
  void anotherSizeFails() {
    assertThatThrownBy(() -> assertClose("x", new float[1], new float[2], 1))
        .hasMessage("x: expected 2 values, actual 1");
  }
}
