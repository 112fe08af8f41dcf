package org.silotune.fed.client;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.silotune.llm.tensor.NamedTensors;

/**
 * Named tensors in the form that crosses a process border: names, shapes and one array, which Java
 * serialisation writes as raw bytes. Deserialised only from the run's own processes.
 */
public final class TensorMessage implements Serializable {

  private static final long serialVersionUID = 1L;

  private final List<String> names;
  private final List<long[]> shapes;
  private final float[] coordinates;

  private TensorMessage(List<String> names, List<long[]> shapes, float[] coordinates) {
    this.names = names;
    this.shapes = shapes;
    this.coordinates = coordinates;
  }

  /** Returns a message that holds a copy of {@code tensors}. */
  public static TensorMessage of(NamedTensors tensors) {
    List<String> names = new ArrayList<>(tensors.names());
    List<long[]> shapes = new ArrayList<>();
    float[] coordinates = new float[Math.toIntExact(tensors.coordinateCount())];
    int offset = 0;
    for (String name : names) {
      float[] values = tensors.values(name);
      shapes.add(tensors.shape(name));
      System.arraycopy(values, 0, coordinates, offset, values.length);
      offset += values.length;
    }
    return new TensorMessage(names, shapes, coordinates);
  }

  /** Returns the tensors, as copies. */
  public NamedTensors tensors() {
    NamedTensors.Builder tensors = NamedTensors.builder();
    int offset = 0;
    for (int i = 0; i < names.size(); i++) {
      int length = 1;
      for (long dimension : shapes.get(i)) {
        length = Math.toIntExact(length * dimension);
      }
      float[] values = new float[length];
      System.arraycopy(coordinates, offset, values, 0, length);
      tensors.put(names.get(i), shapes.get(i), values);
      offset += length;
    }
    return tensors.build();
  }
}
