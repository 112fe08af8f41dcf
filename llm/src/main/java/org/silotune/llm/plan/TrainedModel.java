package org.silotune.llm.plan;

import static java.util.Objects.requireNonNull;

import org.silotune.llm.adapter.AdapterConfig;
import org.silotune.llm.adapter.AdapterFootprint;
import org.silotune.llm.model.BaseFootprint;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderBlueprint;
import org.silotune.llm.model.DecoderConfig;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.KeptStates;

/**
 * A model with what is trained of it or beside it, as memory sees it.
 *
 * @param config its sizes
 * @param compute the type of the products
 * @param base what the frozen weights take
 * @param kept what autograd keeps of a layer, a token
 * @param parameters trained values
 * @param isOnGpu whether the weights lie on a GPU, and tasks compute there
 */
public record TrainedModel(
    DecoderConfig config,
    ComputeType compute,
    BaseFootprint base,
    KeptStates kept,
    long parameters,
    boolean isOnGpu) {

  public TrainedModel {
    requireNonNull(config, "config");
    requireNonNull(compute, "compute");
    requireNonNull(base, "base");
    requireNonNull(kept, "kept");
  }

  /**
   * Returns an adapter on a frozen base.
   *
   * @throws org.silotune.llm.LlmException if the model lacks something that is to be adapted
   */
  public static TrainedModel of(DecoderModel model, AdapterConfig adapter) {
    AdapterFootprint footprint = adapter.footprint(model);
    return new TrainedModel(
        model.config(),
        model.compute(),
        model.footprint(),
        footprint.kept(),
        footprint.parameters(),
        model.device().isGpu());
  }

  /** Returns whether the weights themselves are trained, so that no frozen ones are mapped. */
  public boolean trainsBase() {
    return base.mappedBytes() == 0;
  }

  /** Returns the same with its base on a GPU. */
  public TrainedModel onGpu() {
    return new TrainedModel(config, compute, base.onGpu(), kept, parameters, /* isOnGpu= */ true);
  }

  /** Returns a model all of whose weights are trained. */
  public static TrainedModel of(DecoderBlueprint blueprint) {
    return new TrainedModel(
        blueprint.config(),
        ComputeType.FLOAT32,
        BaseFootprint.NONE,
        blueprint.kept(),
        blueprint.parameterCount(),
        /* isOnGpu= */ false);
  }
}
