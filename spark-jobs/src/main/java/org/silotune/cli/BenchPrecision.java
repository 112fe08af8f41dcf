package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.script.TensorDevice;
import picocli.CommandLine.Option;

/** How a measured model is held and computed with. */
final class BenchPrecision {

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description = "Type of the products: float32, bfloat16 or float16; default ${DEFAULT-VALUE}.")
  private ComputeType dtype;

  @Option(
      names = "--base",
      paramLabel = "FORM",
      description =
          "How the base is held: float32, bfloat16, int8, nf4 or gguf; default float32 for float32 products, else bfloat16.")
  private @Nullable BaseFormat base;

  @Option(
      names = "--offload",
      description = "Keep a layer's weights in memory only while it computes.")
  private boolean offload;

  ComputeType dtype() {
    return dtype;
  }

  /**
   * Checks that weights that are made up can be held so.
   *
   * @throws ConfigException if they are to be held in another form than the products', or offloaded
   */
  void requireMadeUp() {
    if (base != null && !base.label().equals(dtype.label())) {
      throw new ConfigException(
          "Invalid --base %s: the weights of a --shape are made up in the type of the products, %s; leave --base out"
              .formatted(base.label(), dtype.label()));
    }
    if (offload) {
      throw new ConfigException(
          "Invalid --offload: the weights of a --shape are made up in memory and in no file; leave it out");
    }
  }

  ModelOptions options() {
    return new ModelOptions(base != null ? base : byType(), dtype, offload);
  }

  private BaseFormat byType() {
    return dtype == ComputeType.FLOAT32 ? BaseFormat.FLOAT32 : BaseFormat.BFLOAT16;
  }

  /** Loads a model, which the caller closes. */
  DecoderModel load(Path model) {
    return load(model, TensorDevice.processor());
  }

  /** Loads a model onto a device, which the caller closes. */
  DecoderModel load(Path model, TensorDevice device) {
    return ModelLoader.load(
        model, ModelCache.standard().root(), options(), device, SourceProgress.none());
  }

  void describe(ObjectNode json) {
    json.put("dtype", dtype.label()).put("base", options().base().label());
    json.put("offload", offload);
  }

  /** Describes weights that are made up. */
  void describeMadeUp(ObjectNode json) {
    json.put("dtype", dtype.label()).put("base", dtype.label()).put("offload", false);
  }
}
