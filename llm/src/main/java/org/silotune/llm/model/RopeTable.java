package org.silotune.llm.model;

import java.util.Arrays;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;

/** Cosines and sines of the first positions, float32 (positions, headSize / 2), on the heap. */
final class RopeTable {

  private final int positions;
  private final int half;
  private final float[] cosines;
  private final float[] sines;

  RopeTable(int positions, int half, float[] cosines, float[] sines) {
    this.positions = positions;
    this.half = half;
    this.cosines = cosines;
    this.sines = sines;
  }

  boolean covers(int positionCount) {
    return positionCount <= positions;
  }

  NativeTensor cosines(NativeScope scope, long[] at) {
    return rows(scope, cosines, at);
  }

  NativeTensor sines(NativeScope scope, long[] at) {
    return rows(scope, sines, at);
  }

  /** Returns the rows of the given positions, (N, 1, headSize / 2): one for all heads. */
  private NativeTensor rows(NativeScope scope, float[] table, long[] at) {
    float[] rows = new float[at.length * half];
    for (int i = 0; i < at.length; i++) {
      System.arraycopy(table, (int) at[i] * half, rows, i * half, half);
    }
    return scope.floats(rows, at.length, 1, half);
  }

  @Override
  public String toString() {
    return "RopeTable[%d positions, first %s]".formatted(positions, Arrays.toString(cosines));
  }
}
