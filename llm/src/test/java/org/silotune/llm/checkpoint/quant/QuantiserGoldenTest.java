package org.silotune.llm.checkpoint.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.checkpoint.SafetensorsWriter;
import org.silotune.llm.checkpoint.TensorInfo;

/** Codes and scales, bit for bit, against numpy's and bitsandbytes' of the same matrix. */
final class QuantiserGoldenTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/quant/quant.safetensors");
  private static final String WEIGHT = "model.layers.0.x.weight";

  /** The largest value is 0.5, and bitsandbytes' 8-bit values are up to 2e-7 off. */
  private static final float VALUE_TOLERANCE = 1e-7f;

  private static final float CODE_TOLERANCE = 2e-7f;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(
      value = Encoding.class,
      names = {"INT8", "INT8_COLUMNS", "NF4"})
  void everyPartHasTheBitsOfTheFormula(Encoding encoding) {
    try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN);
        SafetensorsFile written = quantised(golden, encoding)) {
      List<String> parts = WeightForm.of(encoding).partNames(WEIGHT);
      for (String part : parts) {
        String expected = part.substring(WEIGHT.length() + 1);
        assertThat(written.map(part)).as(part).isEqualTo(golden.map(expected));
      }
    }
  }

  @Test
  void codesAndValuesAreThoseOfBitsandbytes() {
    try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN);
        SafetensorsFile written = quantised(golden, Encoding.NF4)) {
      var codes = written.map(WeightForm.of(Encoding.NF4).partNames(WEIGHT).get(0)).get(0);
      var expected = golden.map("bitsandbytes.codes").get(0);
      assertThat(codes.slice(0, expected.remaining())).isEqualTo(expected);
      float[] values =
          DequantisedWeights.of(written, name -> golden.info("x").shape()).values(WEIGHT);
      assertThat(values)
          .usingComparatorWithPrecision(VALUE_TOLERANCE)
          .containsExactly(golden.floats("bitsandbytes.values"));
    }
  }

  @Test
  void codebooksAreThoseOfBitsandbytes() {
    try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN)) {
      assertThat(Codebook.NORMAL_FLOAT_4.values()).isEqualTo(golden.floats("book"));
      assertThat(Codebook.DYNAMIC_8.values())
          .isEqualTo(golden.floats("dynamic"))
          .usingComparatorWithPrecision(CODE_TOLERANCE)
          .containsExactly(golden.floats("bitsandbytes.dynamic"));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void valuesThatAreNotFiniteAreRefused(float value) {
    float[] values = new float[128];
    Arrays.fill(values, 1);
    values[77] = value;
    for (Encoding encoding : List.of(Encoding.INT8, Encoding.NF4)) {
      assertThatThrownBy(() -> write(encoding, values, 2, 64))
          .isInstanceOf(LlmException.class)
          .hasMessage(
              "Cannot quantise tensor %s: it holds %s; use precision.base float32 or repair the file"
                  .formatted(WEIGHT, value));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Encoding.class,
      names = {"INT8", "INT8_COLUMNS", "NF4"})
  void zerosStayZeros(Encoding encoding) {
    try (SafetensorsFile written = write(encoding, new float[128], 2, 64)) {
      assertThat(DequantisedWeights.of(written, name -> new long[] {2, 64}).values(WEIGHT))
          .containsOnly(0);
    }
  }

  private SafetensorsFile quantised(SafetensorsFile golden, Encoding encoding) {
    return write(encoding, golden.floats("x"), golden.info("x").shape());
  }

  /** Quantises values that come in pieces of no particular length. */
  private SafetensorsFile write(Encoding encoding, float[] values, long... shape) {
    Path file = folder.resolve(encoding + ".safetensors");
    TensorInfo matrix = new TensorInfo(WEIGHT, DType.F32, shape);
    List<TensorInfo> parts = WeightForm.of(encoding).parts(WEIGHT, DType.F32, shape);
    FloatStream stream =
        to -> {
          for (int at = 0; at < values.length; at += 77) {
            to.floats(values, at, Math.min(77, values.length - at));
          }
        };
    SafetensorsWriter.write(
        file,
        parts,
        Map.of(),
        (part, sink) -> Quantiser.of(encoding).write(matrix, parts.indexOf(part), stream, sink));
    return SafetensorsFile.open(file);
  }
}
