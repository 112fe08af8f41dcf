package org.silotune.llm.adapter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.silotune.llm.LlmException;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.LinearSpec;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.TensorList;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tensor.NamedTensors;

/** The parameters of a {@link LoraConfig} on a model: names, shapes, first values. */
final class LoraTensors {

  private static final String PEFT_PREFIX = "base_model.model.";

  private LoraTensors() {}

  /**
   * A is uniform in ±1/sqrt(input) and B is zero, as PEFT's {@code reset_lora_parameters} has it
   * (Kaiming uniform with a = sqrt(5)). Every tensor draws by its own name.
   */
  static NamedTensors initialise(DecoderModel model, LoraConfig config, long seed) {
    CounterRandom random = CounterRandom.ofSeed(seed).at("lora");
    NamedTensors.Builder tensors = NamedTensors.builder();
    shapes(model, config)
        .forEach(
            (name, shape) -> {
              float[] values = new float[Math.toIntExact(shape[0] * shape[1])];
              if (name.endsWith(".lora_A.weight")) {
                fillUniform(values, 1 / StrictMath.sqrt((double) shape[1]), random.at(name));
              }
              tensors.put(name, shape, values);
            });
    return tensors.build();
  }

  static void requireFits(DecoderModel model, LoraConfig config, NamedTensors adapter) {
    Map<String, long[]> shapes = shapes(model, config);
    for (Map.Entry<String, long[]> expected : shapes.entrySet()) {
      String name = expected.getKey();
      if (!adapter.names().contains(name)) {
        throw new LlmException(
            "Missing adapter tensor %s: the adapter was made for other modules or another model"
                .formatted(name));
      }
      if (!Arrays.equals(adapter.shape(name), expected.getValue())) {
        throw new LlmException(
            "Invalid adapter tensor %s: shape %s, rank and model ask for %s"
                .formatted(
                    name,
                    Arrays.toString(adapter.shape(name)),
                    Arrays.toString(expected.getValue())));
      }
    }
    for (String name : adapter.names()) {
      if (!shapes.containsKey(name)) {
        throw new LlmException(
            "Invalid adapter tensor %s: not of a target module of this model".formatted(name));
      }
    }
  }

  static BoundAdapter bind(
      DecoderModel model, LoraConfig config, Function<String, NativeTensor> tensors) {
    List<LinearSpec> adapted = config.adapted(model);
    List<TensorList> layers = new ArrayList<>();
    for (int layer = 0; layer < model.config().layerCount(); layer++) {
      List<NativeTensor> matrices = new ArrayList<>();
      for (LinearSpec linear : adapted) {
        matrices.add(tensors.apply(name(model, layer, linear, "A")));
        matrices.add(tensors.apply(name(model, layer, linear, "B")));
      }
      layers.add(TensorList.of(matrices));
    }
    return new BoundAdapter(
        adapted.stream().map(LinearSpec::module).toList(), layers, config.scale());
  }

  private static Map<String, long[]> shapes(DecoderModel model, LoraConfig config) {
    Map<String, long[]> shapes = new TreeMap<>();
    List<LinearSpec> adapted = config.adapted(model);
    for (int layer = 0; layer < model.config().layerCount(); layer++) {
      for (LinearSpec linear : adapted) {
        shapes.put(name(model, layer, linear, "A"), new long[] {config.rank(), linear.inputSize()});
        shapes.put(
            name(model, layer, linear, "B"), new long[] {linear.outputSize(), config.rank()});
      }
    }
    return shapes;
  }

  private static String name(DecoderModel model, int layer, LinearSpec linear, String matrix) {
    return PEFT_PREFIX
        + model.modulePrefix(layer)
        + linear.module()
        + ".lora_"
        + matrix
        + ".weight";
  }

  private static void fillUniform(float[] values, double bound, CounterRandom random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.uniform(i) - 1) * bound);
    }
  }
}
