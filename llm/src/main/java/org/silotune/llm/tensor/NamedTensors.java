package org.silotune.llm.tensor;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * Float32 tensors on the Java heap, ordered by name: an adapter, a delta or an optimizer moment.
 *
 * <p>The order of names is their natural string order, so that two instances with the same names
 * lay their coordinates out alike, whatever order they were built in. Shapes and names are fixed at
 * construction; the values returned by {@link #values(String)} are the live arrays (no copy), and
 * whoever writes to them owns the instance. Not thread-safe for writes.
 */
public final class NamedTensors {

  private final SortedMap<String, long[]> shapes;
  private final SortedMap<String, float[]> values;

  private NamedTensors(SortedMap<String, long[]> shapes, SortedMap<String, float[]> values) {
    this.shapes = shapes;
    this.values = values;
  }

  /** Returns a builder without tensors. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the tensor names in ascending order. */
  public Set<String> names() {
    return Collections.unmodifiableSet(shapes.keySet());
  }

  /** Returns the shape of the tensor, outermost dimension first. */
  public long[] shape(String name) {
    return require(shapes, name).clone();
  }

  /** Returns the live row-major values of the tensor. */
  public float[] values(String name) {
    return require(values, name);
  }

  /** Returns the number of coordinates over all tensors. */
  public long coordinateCount() {
    return values.values().stream().mapToLong(v -> v.length).sum();
  }

  /** Calls {@code action} with each name and its live values, in name order. */
  public void forEach(BiConsumer<String, float[]> action) {
    values.forEach(action);
  }

  /** Returns a deep copy. */
  public NamedTensors copy() {
    return map(float[]::clone);
  }

  /** Returns tensors of the same names and shapes, all zero. */
  public NamedTensors zerosLike() {
    return map(v -> new float[v.length]);
  }

  /**
   * Returns {@code this - other}, coordinate by coordinate, in float32.
   *
   * @throws IllegalArgumentException if names or shapes differ
   */
  public NamedTensors minus(NamedTensors other) {
    requireSameLayout(other);
    NamedTensors result = copy();
    result.values.forEach(
        (name, v) -> {
          float[] o = other.values(name);
          for (int i = 0; i < v.length; i++) {
            v[i] -= o[i];
          }
        });
    return result;
  }

  /**
   * Checks that {@code other} has the same names and shapes.
   *
   * @throws IllegalArgumentException that names the first difference
   */
  public void requireSameLayout(NamedTensors other) {
    if (!shapes.keySet().equals(other.shapes.keySet())) {
      throw new IllegalArgumentException(
          "Invalid tensors: names differ: %s against %s"
              .formatted(shapes.keySet(), other.shapes.keySet()));
    }
    for (Map.Entry<String, long[]> e : shapes.entrySet()) {
      if (!Arrays.equals(e.getValue(), other.shapes.get(e.getKey()))) {
        throw new IllegalArgumentException(
            "Invalid tensor %s: shape %s against %s"
                .formatted(
                    e.getKey(),
                    Arrays.toString(e.getValue()),
                    Arrays.toString(other.shapes.get(e.getKey()))));
      }
    }
  }

  @Override
  public String toString() {
    return "NamedTensors[%d tensors, %d coordinates]".formatted(shapes.size(), coordinateCount());
  }

  private NamedTensors map(UnaryOperator<float[]> copyOf) {
    TreeMap<String, float[]> copied = new TreeMap<>();
    values.forEach((name, v) -> copied.put(name, copyOf.apply(v)));
    return new NamedTensors(shapes, copied);
  }

  private static <T> T require(Map<String, T> map, String name) {
    T value = map.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "Missing tensor %s (found %d tensors; first: %s)"
              .formatted(
                  name, map.size(), map.isEmpty() ? "none" : map.keySet().iterator().next()));
    }
    return value;
  }

  /** Collects tensors; the arrays given are taken over, not copied. */
  public static final class Builder {

    private final TreeMap<String, long[]> shapes = new TreeMap<>();
    private final TreeMap<String, float[]> values = new TreeMap<>();

    private Builder() {}

    /**
     * Adds a tensor.
     *
     * @throws IllegalArgumentException if the name is taken or the shape does not hold the values
     */
    public Builder put(String name, long[] shape, float[] tensor) {
      long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
      if (count != tensor.length) {
        throw new IllegalArgumentException(
            "Invalid tensor %s: shape %s holds %d values, got %d"
                .formatted(name, Arrays.toString(shape), count, tensor.length));
      }
      if (shapes.put(name, shape.clone()) != null) {
        throw new IllegalArgumentException("Invalid tensor %s: given twice".formatted(name));
      }
      values.put(name, tensor);
      return this;
    }

    /** Returns the tensors collected so far. */
    public NamedTensors build() {
      return new NamedTensors(new TreeMap<>(shapes), new TreeMap<>(values));
    }
  }
}
