package org.silotune.fed.job;

import java.util.TreeMap;
import org.silotune.llm.finetune.OptimizerState;
import org.silotune.llm.tensor.NamedTensors;

/**
 * An optimizer's state as one set of named tensors, the form in which a silo carries it from round
 * to round: {@code <moment>/<parameter>}, and {@code step} as two float32 that hold 24 bits each.
 */
final class CarriedOptimizer {

  private static final String STEP = "step";
  private static final int HALF_BITS = 24; // what a float32 holds exactly

  private CarriedOptimizer() {}

  static NamedTensors pack(OptimizerState state) {
    var tensors = NamedTensors.builder();
    long low = state.step() & ((1L << HALF_BITS) - 1);
    tensors.put(STEP, new long[] {2}, new float[] {state.step() >> HALF_BITS, low});
    state
        .moments()
        .forEach(
            (moment, values) ->
                values.forEach(
                    (name, array) ->
                        tensors.put(moment + "/" + name, values.shape(name), array.clone())));
    return tensors.build();
  }

  static OptimizerState unpack(NamedTensors packed) {
    var builders = new TreeMap<String, NamedTensors.Builder>();
    for (var name : packed.names()) {
      int slash = name.indexOf('/');
      if (slash > 0) {
        builders
            .computeIfAbsent(name.substring(0, slash), moment -> NamedTensors.builder())
            .put(name.substring(slash + 1), packed.shape(name), packed.values(name));
      }
    }
    var moments = new TreeMap<String, NamedTensors>();
    builders.forEach((moment, builder) -> moments.put(moment, builder.build()));
    var step = packed.values(STEP);
    return new OptimizerState(((long) step[0] << HALF_BITS) + (long) step[1], moments);
  }
}
