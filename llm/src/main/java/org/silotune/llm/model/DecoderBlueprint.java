package org.silotune.llm.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.silotune.llm.LlmException;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorDevice;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tensor.NamedTensors;

/** A model without weights: what training all of its weights starts from. */
public final class DecoderBlueprint {

  private static final double DEFAULT_INITIALIZER_RANGE = 0.02;

  private final Architecture architecture;
  private final double initializerRange;
  private final TensorDevice device;

  private DecoderBlueprint(
      Architecture architecture, double initializerRange, TensorDevice device) {
    this.architecture = architecture;
    this.initializerRange = initializerRange;
    this.device = device;
  }

  /**
   * Reads a config.json; the model is trained on the processor.
   *
   * @throws LlmException if the family, or something it asks for, is not known
   */
  public static DecoderBlueprint of(JsonNode config) {
    return new DecoderBlueprint(
        Architecture.of(config, Set.of()),
        new HfConfig(config).optionalNumber("initializer_range").orElse(DEFAULT_INITIALIZER_RANGE),
        TensorDevice.processor());
  }

  /** Returns the same model, to be trained on another device. */
  public DecoderBlueprint on(TensorDevice other) {
    return new DecoderBlueprint(architecture, initializerRange, other);
  }

  /** Returns the sizes. */
  public DecoderConfig config() {
    return architecture.config();
  }

  /**
   * Returns random weights, by Hugging Face names: matrices normal with the configuration's {@code
   * initializer_range}, norms neutral, biases zero. Every tensor draws by its own name.
   */
  public NamedTensors initialise(long seed) {
    CounterRandom random = CounterRandom.ofSeed(seed).at("weights");
    NamedTensors.Builder weights = NamedTensors.builder();
    architecture
        .weights()
        .forEach((name, spec) -> weights.put(name, spec.extents(), first(spec, random.at(name))));
    return weights.build();
  }

  /**
   * Checks that weights have this model's names and shapes.
   *
   * @throws LlmException that names the first difference
   */
  public void requireFits(NamedTensors weights) {
    try {
      initialLayout().requireSameLayout(weights);
    } catch (IllegalArgumentException e) {
      throw new LlmException("Cannot train these weights: " + e.getMessage(), e);
    }
  }

  /** Returns the number of values of all weights. */
  public long parameterCount() {
    return architecture.weights().values().stream().mapToLong(WeightSpec::size).sum();
  }

  /** Returns what a recorded layer keeps for its backward pass when all of its maps are trained. */
  public KeptStates kept() {
    List<String> all = architecture.block().linears().stream().map(LinearSpec::module).toList();
    return architecture.block().kept(new ScriptVariant(all, false));
  }

  /** Opens a scope for a task without a resident model; the task closes it. */
  public NativeScope openTask(ComputeThread thread) {
    thread.requireCurrent();
    return NativeScope.openOn(device);
  }

  /**
   * Binds weights for a forward pass that can be differentiated with respect to them.
   *
   * @param tensors the weights by name, owned by {@code scope}
   * @return the bound model, which the caller closes before the scope
   */
  public BoundModel bind(NativeScope scope, Function<String, NativeTensor> tensors) {
    Map<String, HeldWeight> named = new LinkedHashMap<>();
    architecture
        .weights()
        .keySet()
        .forEach(name -> named.put(name, HeldWeight.plain(tensors.apply(name))));
    ScriptModule script =
        ScriptModule.compile(
            scope,
            architecture.script(ScriptVariant.PLAIN, WeightForms.PLAIN, ComputeType.FLOAT32));
    DecoderWeights weights = DecoderWeights.of(architecture.block(), config().layerCount(), named);
    Forward forward =
        new Forward(
            architecture,
            Collections.nCopies(config().layerCount(), script),
            weights,
            Optional.empty(),
            BoundAdapter.none(),
            new RopeTables(config().ropes()),
            Optional.empty());
    return new BoundModel(forward, weights, script);
  }

  private NamedTensors initialLayout() {
    NamedTensors.Builder layout = NamedTensors.builder();
    architecture
        .weights()
        .forEach((name, spec) -> layout.put(name, spec.extents(), new float[spec.size()]));
    return layout.build();
  }

  private float[] first(WeightSpec spec, CounterRandom random) {
    float[] values = new float[spec.size()];
    boolean norm = spec.shape().size() == 1 && !spec.name().endsWith(".bias");
    for (int i = 0; i < values.length; i++) {
      if (spec.shape().size() > 1) {
        values[i] = (float) (initializerRange * random.gaussian(i));
      } else if (norm) {
        values[i] = architecture.block().neutralNorm();
      }
    }
    return values;
  }

  /** A forward pass with weights that a task owns. */
  public static final class BoundModel implements AutoCloseable {

    private final Forward forward;
    private final DecoderWeights weights;
    private final ScriptModule script;

    private BoundModel(Forward forward, DecoderWeights weights, ScriptModule script) {
      this.forward = forward;
      this.weights = weights;
      this.script = script;
    }

    /** Returns the forward pass. */
    public Forward forward() {
      return forward;
    }

    @Override
    public void close() {
      weights.close();
      script.close();
    }
  }
}
