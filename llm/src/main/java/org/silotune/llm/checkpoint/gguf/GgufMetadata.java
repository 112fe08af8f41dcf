package org.silotune.llm.checkpoint.gguf;

import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.silotune.llm.checkpoint.CorruptCheckpointException;

/**
 * The typed key-value section of a GGUF file.
 *
 * <p>An absent key is an empty result; a key of another kind than asked for is a {@link
 * CorruptCheckpointException} that names both. The {@code require} forms refuse absence as well.
 * Every integer type reads as {@code long}, both float types as {@code double}.
 */
public final class GgufMetadata {

  private final Path file;
  private final SortedMap<String, GgufValue> entries;

  GgufMetadata(Path file, SortedMap<String, GgufValue> entries) {
    this.file = file;
    this.entries = entries;
  }

  /** Returns the keys in ascending order. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /** Returns whether there is an entry of this key. */
  public boolean contains(String key) {
    return entries.containsKey(key);
  }

  public Optional<String> text(String key) {
    return find(key, GgufValue.Text.class, "a string").map(GgufValue.Text::value);
  }

  public OptionalLong whole(String key) {
    Optional<GgufValue.Whole> value = find(key, GgufValue.Whole.class, "an integer");
    return value.isPresent() ? OptionalLong.of(value.get().value()) : OptionalLong.empty();
  }

  public OptionalDouble real(String key) {
    Optional<GgufValue.Real> value = find(key, GgufValue.Real.class, "a float");
    return value.isPresent() ? OptionalDouble.of(value.get().value()) : OptionalDouble.empty();
  }

  public Optional<Boolean> flag(String key) {
    return find(key, GgufValue.Flag.class, "a boolean").map(GgufValue.Flag::value);
  }

  public Optional<List<String>> texts(String key) {
    return find(key, GgufValue.Texts.class, "an array of strings").map(GgufValue.Texts::values);
  }

  /** Returns an array of integers or booleans (0 and 1). */
  public Optional<long[]> wholes(String key) {
    return find(key, GgufValue.Wholes.class, "an array of integers")
        .map(
            found -> {
              LongBuffer view = found.values().duplicate();
              long[] values = new long[view.remaining()];
              view.get(values);
              return values;
            });
  }

  public Optional<double[]> reals(String key) {
    return find(key, GgufValue.Reals.class, "an array of floats")
        .map(
            found -> {
              DoubleBuffer view = found.values().duplicate();
              double[] values = new double[view.remaining()];
              view.get(values);
              return values;
            });
  }

  public String requireText(String key) {
    return text(key).orElseThrow(missing(key, "a string"));
  }

  public long requireWhole(String key) {
    return whole(key).orElseThrow(missing(key, "an integer"));
  }

  public double requireReal(String key) {
    return real(key).orElseThrow(missing(key, "a float"));
  }

  public List<String> requireTexts(String key) {
    return texts(key).orElseThrow(missing(key, "an array of strings"));
  }

  private Supplier<CorruptCheckpointException> missing(String key, String expected) {
    return () -> wrong(key, expected, null);
  }

  private <T extends GgufValue> Optional<T> find(String key, Class<T> type, String expected) {
    GgufValue value = entries.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw wrong(key, expected, value);
    }
    return Optional.of(type.cast(value));
  }

  private CorruptCheckpointException wrong(String key, String expected, @Nullable GgufValue found) {
    return CorruptCheckpointException.of(
        file,
        "metadata " + key,
        expected,
        found == null ? "no such key" : found.getClass().getSimpleName());
  }
}
