package org.silotune.udf.ml;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/**
 * A stage that asks a model, many rows at once.
 *
 * @param <T> the stage itself
 */
public abstract sealed class ModelTransformer<T extends ModelTransformer<T>>
    extends TextTransformer<T> permits TextEmbedder, TextGenerator {

  private final Param<String> modelUrl;
  private final Param<String> adapter;

  ModelTransformer(String uid, String takes, String gives) {
    super(uid, takes, gives);
    this.modelUrl =
        new Param<>(
            this, "modelUrl", "the model: a known name, a Hugging Face folder or a .gguf file");
    this.adapter =
        new Param<>(
            this,
            "adapter",
            "a PEFT folder, or none for the bare model; else what spark.silotune.adapter says");
  }

  /** The parameter that names the model. */
  public final Param<String> modelUrl() {
    return modelUrl;
  }

  /** The parameter that names the adapter. */
  public final Param<String> adapter() {
    return adapter;
  }

  /** Sets the model: a known name, a Hugging Face folder or a .gguf file. */
  public final T setModelUrl(String value) {
    return with(modelUrl, value);
  }

  /** Sets the adapter: a PEFT folder, or {@code none}. */
  public final T setAdapter(String value) {
    return with(adapter, value);
  }

  @Override
  final void requireParameters() {
    NamedModel.require(modelUrl.name(), uid(), required(modelUrl));
  }

  /** Returns the call of a model function with the model, the adapter and others as options. */
  final Column call(String function, Column text, Map<String, Param<?>> others) {
    Map<String, Param<?>> options = new LinkedHashMap<>();
    options.put("model", modelUrl);
    options.put("adapter", adapter);
    options.putAll(others);
    Column[] entries =
        options.entrySet().stream()
            .filter(option -> isDefined(option.getValue()))
            .flatMap(
                option ->
                    Stream.of(
                        functions.lit(option.getKey()),
                        functions.lit(String.valueOf(getOrDefault(option.getValue())))))
            .toArray(Column[]::new);
    return functions.call_function(function, text, functions.map(entries));
  }
}
