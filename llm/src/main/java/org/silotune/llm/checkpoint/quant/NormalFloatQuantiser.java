package org.silotune.llm.checkpoint.quant;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.silotune.llm.checkpoint.FloatSink;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.TensorSink;

/**
 * NF4 with double quantisation (QLoRA, arXiv 2305.14314, section 3): a block of 64 values is
 * divided by its largest magnitude a and each quotient goes to the nearest of the sixteen; the
 * magnitudes, less their mean, are held in 8 bits with a scale a group of 256: 4.127 bits a value.
 *
 * <p>As in bitsandbytes, codes are of the exact magnitudes, not of their 8-bit form. The mean is
 * summed in float64.
 */
final class NormalFloatQuantiser implements Quantiser {

  static final int BLOCK = 64;
  static final int GROUP = 256;

  /** What a magnitude of zero is divided as: every quotient is zero. */
  private static final float TINY = 1e-38f;

  @Override
  public void write(TensorInfo matrix, int part, FloatStream values, TensorSink to)
      throws IOException {
    switch (part) {
      case 0 -> values.read(whole(matrix, new Codes(to)));
      case 1 -> to.bytes(ByteBuffer.wrap(new Scales(magnitudes(matrix, values)).codes()));
      default -> {
        float[] scales = new Scales(magnitudes(matrix, values)).meanAndGroups();
        to.floats(scales, 0, scales.length);
      }
    }
  }

  private static float[] magnitudes(TensorInfo matrix, FloatStream values) throws IOException {
    float[] magnitudes = new float[blocks(matrix.elementCount())];
    int[] block = {0};
    values.read(whole(matrix, floats -> magnitudes[block[0]++] = magnitude(floats)));
    return magnitudes;
  }

  static int blocks(long values) {
    return Math.toIntExact((values + BLOCK - 1) / BLOCK);
  }

  private static float magnitude(float[] block) {
    float largest = 0;
    for (float value : block) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** Returns a sink that hands on whole blocks, the last one filled up with zeros. */
  private static FloatSink whole(TensorInfo matrix, BlockSink to) {
    float[] block = new float[BLOCK];
    long[] at = {0};
    return (floats, offset, count) -> {
      for (int i = 0; i < count; i++) {
        FiniteValues.magnitude(matrix, floats[offset + i]);
        block[(int) (at[0]++ % BLOCK)] = floats[offset + i];
        if (at[0] % BLOCK == 0 || at[0] == matrix.elementCount()) {
          to.block(block);
          Arrays.fill(block, 0);
        }
      }
    };
  }

  private interface BlockSink {
    void block(float[] values) throws IOException;
  }

  /** The packed codes of the blocks. */
  private record Codes(TensorSink to) implements BlockSink {

    @Override
    public void block(float[] values) throws IOException {
      float inverse = 1 / Math.max(magnitude(values), TINY);
      byte[] packed = new byte[BLOCK / 2];
      for (int i = 0; i < packed.length; i++) {
        int first = Codebook.NORMAL_FLOAT_4.nearest(values[2 * i] * inverse);
        int second = Codebook.NORMAL_FLOAT_4.nearest(values[2 * i + 1] * inverse);
        packed[i] = (byte) (first << 4 | second);
      }
      to.bytes(ByteBuffer.wrap(packed));
    }
  }

  /** The magnitudes in 8 bits. */
  private static final class Scales {

    private final float[] centred;
    private final float mean;

    Scales(float[] magnitudes) {
      double sum = 0;
      for (float magnitude : magnitudes) {
        sum += magnitude;
      }
      this.mean = (float) (sum / magnitudes.length);
      this.centred = new float[magnitudes.length];
      for (int i = 0; i < centred.length; i++) {
        centred[i] = magnitudes[i] - mean;
      }
    }

    float[] meanAndGroups() {
      float[] scales = new float[1 + (centred.length + GROUP - 1) / GROUP];
      scales[0] = mean;
      for (int group = 1; group < scales.length; group++) {
        scales[group] = group(group - 1);
      }
      return scales;
    }

    byte[] codes() {
      float[] scales = meanAndGroups();
      byte[] codes = new byte[centred.length];
      for (int i = 0; i < codes.length; i++) {
        float inverse = 1 / Math.max(scales[1 + i / GROUP], TINY);
        codes[i] = (byte) Codebook.DYNAMIC_8.nearest(centred[i] * inverse);
      }
      return codes;
    }

    private float group(int group) {
      int from = group * GROUP;
      return magnitude(Arrays.copyOfRange(centred, from, Math.min(centred.length, from + GROUP)));
    }
  }
}
