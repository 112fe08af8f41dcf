package org.silotune.fed.aggregate;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.silotune.fed.client.TensorBytes;

/**
 * One silo's delta as the floats that its integers are a function of, {@code q = rint((double) w *
 * d * 2^e)}, in half their bytes. Whoever makes one has checked every coordinate and the weight.
 *
 * @param tensors coordinates in tensor-name order
 * @param weight {@code w}
 * @param unit {@code 2^e}
 */
record CheckedDelta(List<float[]> tensors, long weight, double unit) {

  /** Returns the number of slots: the coordinates, and the weight's. */
  int slotCount() {
    int count = 1;
    for (float[] tensor : tensors) {
      count = Math.addExact(count, tensor.length);
    }
    return count;
  }

  /** Adds the integers to {@code total}, and returns whether no slot left the range of a long. */
  boolean addTo(long[] total) {
    long overflow = 0;
    int offset = 0;
    for (float[] tensor : tensors) {
      overflow |= add(tensor, total, offset);
      offset += tensor.length;
    }
    long sum = total[offset] + weight;
    overflow |= (total[offset] ^ sum) & (weight ^ sum);
    total[offset] = sum;
    return overflow >= 0;
  }

  private long add(float[] tensor, long[] total, int offset) {
    long overflow = 0;
    for (int i = 0; i < tensor.length; i++) {
      long a = total[offset + i];
      long b = (long) Math.rint(weight * (double) tensor[i] * unit);
      long sum = a + b;
      overflow |= (a ^ sum) & (b ^ sum);
      total[offset + i] = sum;
    }
    return overflow;
  }

  void write(ObjectOutputStream out) throws IOException {
    out.writeLong(weight);
    out.writeDouble(unit);
    out.writeInt(tensors.size());
    for (float[] tensor : tensors) {
      TensorBytes.write(tensor, out);
    }
  }

  static CheckedDelta read(ObjectInputStream in) throws IOException {
    long weight = in.readLong();
    double unit = in.readDouble();
    int count = in.readInt();
    List<float[]> tensors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tensors.add(TensorBytes.readFloats(in));
    }
    return new CheckedDelta(tensors, weight, unit);
  }
}
