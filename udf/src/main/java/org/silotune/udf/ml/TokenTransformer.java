package org.silotune.udf.ml;

import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/**
 * A stage that needs a model's vocabulary alone.
 *
 * @param <T> the stage itself
 */
public abstract sealed class TokenTransformer<T extends TokenTransformer<T>>
    extends TextTransformer<T> permits TextTokenizer, TextEncoder, TextDecoder {

  private final Param<String> hfModelId;

  TokenTransformer(String uid, String takes, String gives) {
    super(uid, takes, gives);
    this.hfModelId =
        new Param<>(
            this,
            "hfModelId",
            "the model whose vocabulary it is: a known name, a Hugging Face folder or a .gguf file");
  }

  /** The parameter that names the model whose vocabulary it is. */
  public final Param<String> hfModelId() {
    return hfModelId;
  }

  /** Sets the model whose vocabulary it is: a known name, a Hugging Face folder or a file. */
  public final T setHfModelId(String value) {
    return with(hfModelId, value);
  }

  @Override
  final void requireParameters() {
    NamedModel.require(hfModelId.name(), uid(), required(hfModelId));
  }

  final Column model() {
    return functions.lit(required(hfModelId));
  }
}
