package org.silotune.llm.checkpoint.quant;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.tensor.NamedTensors;

/** The values of quantised weights by their definition, for the fixtures' widths. */
public final class DequantisedWeights {

  private DequantisedWeights() {}

  public static NamedTensors of(TensorSource source, Function<String, long[]> shapes) {
    StoredWeights stored = StoredWeights.of(source);
    NamedTensors.Builder values = NamedTensors.builder();
    for (String name : stored.names()) {
      WeightForm form = stored.form(name).orElseThrow();
      List<String> parts = form.partNames(name);
      switch (form.encoding()) {
        case PLAIN -> values.put(name, source.info(name).shape(), source.floats(name));
        case INT8, INT8_COLUMNS ->
            values.put(name, source.info(parts.get(0)).shape(), int8(source, parts));
        case NF4 -> {
          long[] shape = shapes.apply(name);
          int count = Math.toIntExact(shape[0] * shape[1]);
          values.put(name, shape, Arrays.copyOf(nf4(source, parts), count));
        }
        default -> throw new IllegalArgumentException(name);
      }
    }
    return values.build();
  }

  private static float[] int8(TensorSource source, List<String> parts) {
    ByteBuffer codes = source.map(parts.get(0)).get(0);
    float[] scales = source.floats(parts.get(1));
    boolean byColumn = source.info(parts.get(1)).shape()[0] == 1;
    int columns = (int) source.info(parts.get(0)).shape()[1];
    float[] values = new float[codes.remaining()];
    for (int i = 0; i < values.length; i++) {
      values[i] = codes.get(i) * scales[byColumn ? i % columns : i / columns];
    }
    return values;
  }

  private static float[] nf4(TensorSource source, List<String> parts) {
    ByteBuffer codes = source.map(parts.get(0)).get(0);
    ByteBuffer blockScales = source.map(parts.get(1)).get(0);
    float[] scales = source.floats(parts.get(2));
    float[] values = new float[2 * codes.remaining()];
    for (int i = 0; i < values.length; i++) {
      int block = i / 64;
      float scale =
          Codebook.DYNAMIC_8.value(blockScales.get(block) & 0xff) * scales[1 + block / 256];
      int code = (codes.get(i / 2) >> (i % 2 == 0 ? 4 : 0)) & 0xf;
      values[i] = Codebook.NORMAL_FLOAT_4.value(code) * (scale + scales[0]);
    }
    return values;
  }
}
