package org.silotune.llm.model;

import static java.util.Objects.requireNonNull;

/**
 * Which base model: an adapter trained on one does not fit another, even of the same shape.
 *
 * @param name where it was loaded from, or the name it is known by
 * @param sha256 of the weights, in lower-case hexadecimal digits
 */
public record BaseModelRef(String name, String sha256) {

  public BaseModelRef {
    requireNonNull(name, "name");
    requireNonNull(sha256, "sha256");
  }
}
