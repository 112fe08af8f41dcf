package org.silotune.fed.client;

import java.io.Serializable;
import java.nio.file.Path;
import org.silotune.fed.FederationException;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.checkpoint.source.BaseModelSource;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.model.BaseModelRef;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.model.ResidentModels;
import org.silotune.llm.script.TensorDevice;

/**
 * The base model as every process of a run finds it: a path, never the weights. The first task of a
 * process loads it, later ones share it.
 *
 * @param name what the model is called
 * @param path of the model's file or folder, the same on every host
 * @param cache folder for converted weights, the same on every host
 * @param sha256 of the weights, which every process checks
 * @param base the form that the weights are held in
 * @param compute the type of the products
 * @param offload whether layers are in memory only while they compute
 */
public record ResidentModel(
    String name,
    String path,
    String cache,
    String sha256,
    BaseFormat base,
    ComputeType compute,
    boolean offload)
    implements Serializable {

  /** A model as the options have it. */
  public ResidentModel(
      String name, String path, String cache, String sha256, ModelOptions options) {
    this(name, path, cache, sha256, options.base(), options.compute(), options.offload());
  }

  /** Returns the model at a path of this machine in float32, hashing its weights. */
  public static ResidentModel at(String name, Path path, Path cache) {
    try (BaseModelSource source = BaseModelSource.open(path, cache)) {
      return new ResidentModel(
          name, path.toString(), cache.toString(), source.sha256(), ModelOptions.float32());
    }
  }

  /** Returns how it is held and computed with. */
  public ModelOptions options() {
    return new ModelOptions(base, compute, offload);
  }

  /**
   * Returns this process' model on the processor, which stays.
   *
   * @throws FederationException if the weights are not the run's
   */
  public DecoderModel resident() {
    TensorDevice processor = TensorDevice.processor();
    return ResidentModels.get(key(processor), () -> load(processor));
  }

  /**
   * Returns this process' model on the device of a task.
   *
   * @return the model, which the task gives back
   * @throws FederationException if the weights are not the run's
   * @throws org.silotune.llm.LlmException if this process cannot compute on the device
   */
  public ResidentModels.Lease on(ComputeDevice device) {
    TensorDevice place = device.tensors();
    return ResidentModels.lease(key(place), () -> load(place));
  }

  private ResidentModels.Key key(TensorDevice place) {
    String held = base + " for " + compute + (offload ? ", offloaded" : "");
    return new ResidentModels.Key(path, sha256, held, place);
  }

  private DecoderModel load(TensorDevice place) {
    try (BaseModelSource source =
        BaseModelSource.open(Path.of(path), Path.of(cache), base, SourceProgress.none())) {
      if (!source.sha256().equals(sha256)) {
        throw new FederationException(
            "Cannot use model %s on this host: its weights have sha256 %s, the run's %s; give every host the same files"
                .formatted(path, source.sha256(), sha256));
      }
      return ModelLoader.load(
          new BaseModelRef(name, sha256), source.config(), source.tensors(), options(), place);
    }
  }
}
