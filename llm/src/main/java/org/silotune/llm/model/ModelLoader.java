package org.silotune.llm.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.silotune.llm.Bytes;
import org.silotune.llm.InsufficientMemoryException;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.PinnedMapping;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.checkpoint.quant.StoredWeights;
import org.silotune.llm.checkpoint.source.BaseModelSource;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.script.NativeMemoryException;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.TensorDevice;

/** Brings a base model into native memory. */
public final class ModelLoader {

  private ModelLoader() {}

  /** Loads a model from its files as float32, without progress. */
  public static DecoderModel load(Path fileOrFolder, Path cache) {
    return load(fileOrFolder, cache, ModelOptions.float32(), SourceProgress.none());
  }

  /**
   * Loads a model from its files.
   *
   * @param fileOrFolder a Hugging Face folder, a safetensors file beside its config.json, or a GGUF
   *     file
   * @param cache the folder for hashes and converted weights, shared by the host's processes
   * @param options how it is held and computed with
   * @param progress hears of hashing and converting
   * @throws LlmException if there is no such model, it is not sound, or it is of a family that is
   *     not known
   */
  public static DecoderModel load(
      Path fileOrFolder, Path cache, ModelOptions options, SourceProgress progress) {
    return load(fileOrFolder, cache, options, TensorDevice.processor(), progress);
  }

  /**
   * Loads a model from its files onto a device.
   *
   * @throws LlmException if there is no such model, it is not sound, it is of a family that is not
   *     known, or this process' engine cannot compute on the device
   */
  public static DecoderModel load(
      Path fileOrFolder,
      Path cache,
      ModelOptions options,
      TensorDevice device,
      SourceProgress progress) {
    try (BaseModelSource source =
        BaseModelSource.open(fileOrFolder, cache, options.base(), progress)) {
      String name = fileOrFolder.toAbsolutePath().normalize().getFileName().toString();
      return load(
          new BaseModelRef(name, source.sha256()),
          source.config(),
          source.tensors(),
          options,
          device);
    }
  }

  /** Loads a model that computes in float32; the source may be closed afterwards. */
  public static DecoderModel load(BaseModelRef ref, JsonNode config, TensorSource source) {
    return load(ref, config, source, ModelOptions.float32());
  }

  /** Loads a model for the processor; the source may be closed afterwards, its mappings stay. */
  public static DecoderModel load(
      BaseModelRef ref, JsonNode config, TensorSource source, ModelOptions options) {
    return load(ref, config, source, options, TensorDevice.processor());
  }

  /**
   * Loads a model; the source may be closed afterwards, its mappings stay.
   *
   * @param ref which model it is
   * @param config its config.json
   * @param source its tensors, by Hugging Face names
   * @param options how it is held, which its tensors are in, and computed with
   * @param device where it is held and computes
   * @throws LlmException if the model's family or a tensor is not as expected, the family's states
   *     do not fit the type of the products, or this process' engine cannot compute on the device
   * @throws InsufficientMemoryException if the device has not the memory
   */
  public static DecoderModel load(
      BaseModelRef ref,
      JsonNode config,
      TensorSource source,
      ModelOptions options,
      TensorDevice device) {
    if (options.offload() && !PinnedMapping.isAdvisable()) {
      throw new LlmException(
          "Cannot offload the layers of %s on %s: only Linux can be told to; set offload to false"
              .formatted(ref.name(), System.getProperty("os.name")));
    }
    Architecture architecture =
        Architecture.of(config, StoredWeights.of(source).names(), options.compute());
    BaseFootprint footprint = BaseFootprint.of(architecture, source, options, device);
    NativeScope scope = NativeScope.openOn(device);
    try {
      return new DecoderModel(
          ref,
          architecture,
          scope,
          WeightLoader.load(scope, architecture, source, options.offload()),
          options,
          footprint);
    } catch (NativeMemoryException e) {
      scope.close();
      throw refused(ref, options, footprint, device, e);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  static InsufficientMemoryException refused(
      BaseModelRef ref,
      ModelOptions options,
      BaseFootprint footprint,
      TensorDevice device,
      NativeMemoryException refusal) {
    String has =
        refusal.gpuBytes().isPresent()
            ? ", of %s that it has in all".formatted(Bytes.text(refusal.gpuBytes().getAsLong()))
            : "";
    return new InsufficientMemoryException(
        "Cannot load %s on %s: %s; its weights take %s there as %s%s; take a smaller base (precision.base, --base: int8 or nf4), or a device with more"
            .formatted(
                ref.name(),
                device.label(),
                refusal.refused(),
                Bytes.text(footprint.mappedBytes()),
                options.base().label(),
                has),
        refusal);
  }
}
