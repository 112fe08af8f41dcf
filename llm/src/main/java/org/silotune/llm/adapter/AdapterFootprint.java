package org.silotune.llm.adapter;

import static java.util.Objects.requireNonNull;

import org.silotune.llm.model.KeptStates;

/**
 * What training an adapter takes beside the base model.
 *
 * @param parameters its values
 * @param kept what autograd keeps of a layer that carries it, a token
 */
public record AdapterFootprint(long parameters, KeptStates kept) {

  public AdapterFootprint {
    requireNonNull(kept, "kept");
  }
}
