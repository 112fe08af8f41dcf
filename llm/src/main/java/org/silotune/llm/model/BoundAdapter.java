package org.silotune.llm.model;

import java.util.List;
import org.silotune.llm.script.TensorList;

/**
 * An adapter in native memory, attached to the layers of one model; {@link #none} attaches nothing.
 *
 * @param modules the adapted maps of a layer, in the order of {@link DecoderModel#linears()}
 * @param layers for every layer, A (rank, input) and B (output, rank) of each of these maps
 * @param scale the factor on {@code x A^T B^T}
 */
public record BoundAdapter(List<String> modules, List<TensorList> layers, double scale)
    implements AutoCloseable {

  public BoundAdapter {
    modules = List.copyOf(modules);
    layers = List.copyOf(layers);
  }

  /** Returns the adapter that changes nothing. */
  public static BoundAdapter none() {
    return new BoundAdapter(List.of(), List.of(), 0);
  }

  @Override
  public void close() {
    layers.forEach(TensorList::close);
  }
}
