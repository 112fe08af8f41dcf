package org.silotune.llm.checkpoint;

/**
 * Conversions between float32 and the two 16-bit floats, as IEEE 754 defines them.
 *
 * <p>F16 is IEEE 754 binary16: sign 1, exponent 5 (bias 15), fraction 10. BF16 is the upper half of
 * a float32. Both widen exactly; narrowing rounds to nearest, ties to even.
 */
public final class HalfFloats {

  private HalfFloats() {}

  /** Returns the value of the binary16 with these bits; a NaN keeps its payload. */
  public static float fromF16(short bits) {
    int sign = (bits & 0x8000) << 16;
    int magnitude = bits & 0x7fff;
    if (magnitude >= 0x7c00) {
      return Float.intBitsToFloat(sign | 0x7f800000 | ((magnitude & 0x3ff) << 13));
    }
    if (magnitude >= 0x0400) {
      return Float.intBitsToFloat(sign | ((magnitude << 13) + (112 << 23)));
    }
    float subnormal = magnitude * 0x1p-24f;
    return Float.intBitsToFloat(sign | Float.floatToRawIntBits(subnormal));
  }

  /** Returns the value of the bfloat16 with these bits. */
  public static float fromBf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Returns the bits of the binary16 nearest to {@code value}; overflow gives an infinity. */
  public static short toF16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff));
    }
    if (magnitude >= 0x477ff000) {
      return (short) (sign | 0x7c00);
    }
    if (magnitude >= 0x38800000) {
      int rounded = magnitude - (112 << 23) + 0xfff + ((magnitude >>> 13) & 1);
      return (short) (sign | (rounded >>> 13));
    }
    float scaled = Math.abs(value) * 0x1p24f;
    return (short) (sign | (int) Math.rint(scaled));
  }

  /** Returns the bits of the bfloat16 nearest to {@code value}; a NaN stays one. */
  public static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
