package org.silotune.fed.client;

import java.util.Map;
import java.util.TreeMap;
import org.silotune.llm.finetune.OptimizerState;
import org.silotune.llm.tensor.NamedTensors;

/**
 * An optimizer's state as named tensors, so that it can be written to a file of tensors: {@code
 * <moment>/<parameter>}, and the step count as {@code step}, two floats of 20 bits each.
 */
final class CarriedOptimizer {

  private static final String STEP = "step";
  private static final int STEP_BITS = 20;

  private CarriedOptimizer() {}

  static NamedTensors tensors(OptimizerState state) {
    NamedTensors.Builder tensors = NamedTensors.builder();
    float high = state.step() >> STEP_BITS;
    float low = state.step() & ((1L << STEP_BITS) - 1);
    tensors.put(STEP, new long[] {2}, new float[] {high, low});
    for (Map.Entry<String, NamedTensors> moment : state.moments().entrySet()) {
      moment
          .getValue()
          .forEach(
              (name, values) ->
                  tensors.put(moment.getKey() + "/" + name, moment.getValue().shape(name), values));
    }
    return tensors.build();
  }

  static OptimizerState state(NamedTensors tensors) {
    TreeMap<String, NamedTensors.Builder> moments = new TreeMap<>();
    for (String name : tensors.names()) {
      int slash = name.indexOf('/');
      if (slash > 0) {
        moments
            .computeIfAbsent(name.substring(0, slash), m -> NamedTensors.builder())
            .put(name.substring(slash + 1), tensors.shape(name), tensors.values(name));
      }
    }
    TreeMap<String, NamedTensors> built = new TreeMap<>();
    moments.forEach((moment, builder) -> built.put(moment, builder.build()));
    float[] step = tensors.values(STEP);
    return new OptimizerState(((long) step[0] << STEP_BITS) + (long) step[1], built);
  }
}
