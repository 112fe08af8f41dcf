package org.silotune.llm.adapter;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.silotune.llm.LlmException;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.KeptStates;
import org.silotune.llm.model.LinearSpec;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.tensor.NamedTensors;

/**
 * Low-rank adaptation (LoRA, arXiv 2106.09685): {@code x -> W x + (alpha / rank) B A x} with A
 * (rank, input) and B (output, rank).
 *
 * @param rank at least 1
 * @param alpha the numerator of the scale, greater than 0
 * @param dropout on the input of A while training, in [0, 1)
 * @param targetModules names of linear maps, or tails of their paths, in every layer; PEFT's {@code
 *     target_modules}
 */
public record LoraConfig(int rank, double alpha, double dropout, List<String> targetModules)
    implements AdapterConfig {

  public LoraConfig {
    if (rank < 1) {
      throw new LlmException("Invalid LoRA rank %d: must be >= 1".formatted(rank));
    }
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new LlmException("Invalid LoRA alpha %s: must be > 0".formatted(alpha));
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new LlmException("Invalid LoRA dropout %s: must be in [0, 1)".formatted(dropout));
    }
    targetModules = List.copyOf(new TreeSet<>(targetModules));
    if (targetModules.isEmpty()) {
      throw new LlmException("Missing LoRA target modules: name at least one");
    }
  }

  /** Rank 8, alpha 16, no dropout, on the four maps of attention of Llama and its relatives. */
  public static LoraConfig defaults() {
    return new LoraConfig(8, 16, 0, List.of("q_proj", "k_proj", "v_proj", "o_proj"));
  }

  public LoraConfig withRank(int newRank) {
    return new LoraConfig(newRank, alpha, dropout, targetModules);
  }

  public LoraConfig withAlpha(double newAlpha) {
    return new LoraConfig(rank, newAlpha, dropout, targetModules);
  }

  public LoraConfig withDropout(double newDropout) {
    return new LoraConfig(rank, alpha, newDropout, targetModules);
  }

  public LoraConfig withTargetModules(List<String> newTargetModules) {
    return new LoraConfig(rank, alpha, dropout, newTargetModules);
  }

  /** Returns the factor on {@code B A x}. */
  public double scale() {
    return alpha / rank;
  }

  @Override
  public NamedTensors initialise(DecoderModel model, long seed) {
    return LoraTensors.initialise(model, this, seed);
  }

  @Override
  public void requireFits(DecoderModel model, NamedTensors adapter) {
    LoraTensors.requireFits(model, this, adapter);
  }

  @Override
  public AdapterFootprint footprint(DecoderModel model) {
    List<LinearSpec> adapted = adapted(model);
    long parameters = 0;
    for (LinearSpec linear : adapted) {
      parameters += (long) rank * (linear.inputSize() + linear.outputSize());
    }
    KeptStates kept =
        model
            .kept(adapted.stream().map(LinearSpec::module).toList(), dropout > 0)
            .plus(new KeptStates((long) rank * adapted.size(), 0, 0));
    return new AdapterFootprint(parameters * model.config().layerCount(), kept);
  }

  @Override
  public BoundAdapter bind(DecoderModel model, Function<String, NativeTensor> tensors) {
    return LoraTensors.bind(model, this, tensors);
  }

  /**
   * Returns the maps of a layer that are adapted, in the model's order.
   *
   * @throws LlmException if a target module names none of the model's maps, or the rank is above
   *     both widths of one
   */
  List<LinearSpec> adapted(DecoderModel model) {
    List<LinearSpec> adapted = new ArrayList<>();
    for (LinearSpec linear : model.linears()) {
      if (targetModules.stream().anyMatch(linear::isNamed)) {
        requireLowRank(linear);
        adapted.add(linear);
      }
    }
    for (String target : targetModules) {
      if (adapted.stream().noneMatch(linear -> linear.isNamed(target))) {
        throw new LlmException(
            "Invalid LoRA target module %s: not in a layer of %s; known: %s"
                .formatted(
                    target,
                    model.config().modelType(),
                    String.join(", ", model.linears().stream().map(LinearSpec::module).toList())));
      }
    }
    return adapted;
  }

  private void requireLowRank(LinearSpec linear) {
    if (rank > Math.max(linear.inputSize(), linear.outputSize())) {
      throw new LlmException(
          "Invalid LoRA rank %d: %s is only %d x %d"
              .formatted(rank, linear.module(), linear.outputSize(), linear.inputSize()));
    }
  }
}
