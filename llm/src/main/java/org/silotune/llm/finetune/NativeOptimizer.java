package org.silotune.llm.finetune;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.llm.LlmException;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorList;
import org.silotune.llm.tensor.NamedTensors;

/** An optimizer with its moments in native memory; parameters change in place. */
final class NativeOptimizer implements AutoCloseable {

  private static final String FIRST = "exp_avg";
  private static final String SECOND = "exp_avg_sq";
  private static final String MOMENTUM = "momentum_buffer";

  private final OptimizerConfig config;
  private final ScriptModule script;
  private final TrainableParameters parameters;
  private final Map<String, List<NativeTensor>> moments = new LinkedHashMap<>();
  private final Map<String, TensorList> lists = new LinkedHashMap<>();
  private long step;

  /** Starts from {@code state}, whose moments must be this optimizer's and the parameters'. */
  NativeOptimizer(
      NativeScope scope,
      ScriptModule script,
      OptimizerConfig config,
      TrainableParameters parameters,
      OptimizerState state) {
    this.config = config;
    this.script = script;
    this.parameters = parameters;
    this.step = state.step();
    for (Map.Entry<String, NamedTensors> moment : state.moments().entrySet()) {
      NamedTensors values = moment.getValue();
      List<NativeTensor> tensors = new ArrayList<>();
      values.forEach((name, v) -> tensors.add(scope.lastingFloats(v, values.shape(name))));
      moments.put(moment.getKey(), tensors);
      lists.put(moment.getKey(), TensorList.of(tensors));
    }
  }

  /** Returns the state before the first step. */
  static OptimizerState fresh(OptimizerConfig config, NamedTensors parameters) {
    SortedMap<String, NamedTensors> moments = new TreeMap<>();
    momentNames(config).forEach(name -> moments.put(name, parameters.zerosLike()));
    return new OptimizerState(0, moments);
  }

  /**
   * Checks that a state belongs to an optimizer and parameters.
   *
   * @throws LlmException if its moments are another optimizer's or other parameters'
   */
  static void requireFits(OptimizerConfig config, NamedTensors parameters, OptimizerState state) {
    List<String> names = momentNames(config);
    if (!List.copyOf(state.moments().keySet()).equals(names)) {
      throw new LlmException(
          "Invalid optimizer state: it holds %s, %s has %s"
              .formatted(state.moments().keySet(), config.getClass().getSimpleName(), names));
    }
    for (NamedTensors moment : state.moments().values()) {
      try {
        parameters.requireSameLayout(moment);
      } catch (IllegalArgumentException e) {
        throw new LlmException(
            "Invalid optimizer state: not of these parameters: " + e.getMessage(), e);
      }
    }
  }

  /** Makes one step with the given gradients, which are not cleared. */
  void step(TensorList gradients, double learningRate) {
    step++;
    if (config instanceof OptimizerConfig.AdamW adamW) {
      script
          .call("adamw")
          .tensors(parameters.list())
          .tensors(gradients)
          .tensors(lists.get(FIRST))
          .tensors(lists.get(SECOND))
          .number(learningRate)
          .number(adamW.beta1())
          .number(adamW.beta2())
          .number(adamW.epsilon())
          .number(adamW.weightDecay())
          .number(1 - StrictMath.pow(adamW.beta1(), (double) step))
          .number(StrictMath.sqrt(1 - StrictMath.pow(adamW.beta2(), (double) step)))
          .toNothing();
    } else if (config instanceof OptimizerConfig.Sgd sgd) {
      var call = script.call("sgd").tensors(parameters.list()).tensors(gradients);
      if (sgd.momentum() == 0) {
        call.tensors(List.of());
      } else {
        call.tensors(lists.get(MOMENTUM));
      }
      call.number(learningRate).number(sgd.momentum()).number(sgd.weightDecay()).toNothing();
    }
  }

  OptimizerState export() {
    SortedMap<String, NamedTensors> exported = new TreeMap<>();
    moments.forEach((name, tensors) -> exported.put(name, parameters.export(tensors)));
    return new OptimizerState(step, exported);
  }

  @Override
  public void close() {
    lists.values().forEach(TensorList::close);
  }

  private static List<String> momentNames(OptimizerConfig config) {
    if (config instanceof OptimizerConfig.AdamW) {
      return List.of(FIRST, SECOND);
    }
    return ((OptimizerConfig.Sgd) config).momentum() == 0 ? List.of() : List.of(MOMENTUM);
  }
}
