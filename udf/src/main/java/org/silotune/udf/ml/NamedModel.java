package org.silotune.udf.ml;

import org.silotune.llm.LlmException;
import org.silotune.udf.token.ModelPath;

/** The model that a parameter names: a registered name, a folder or a file. */
final class NamedModel {

  private NamedModel() {}

  /**
   * Checks on the driver that a name can be that of a model.
   *
   * @throws IllegalArgumentException if it is a URL, an unknown word, or a model not in the cache
   */
  static void require(String parameter, String stage, String value) {
    if (value.contains("://")) {
      throw new IllegalArgumentException(
          "Invalid %s %s of %s: a query downloads nothing; name a known model, a Hugging Face folder or a .gguf file"
              .formatted(parameter, value, stage));
    }
    try {
      ModelPath.of(value);
    } catch (LlmException e) {
      throw new IllegalArgumentException(
          "Invalid %s of %s: %s".formatted(parameter, stage, e.getMessage()), e);
    }
  }
}
