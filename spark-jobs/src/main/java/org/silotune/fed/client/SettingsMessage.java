package org.silotune.fed.client;

import java.io.Serializable;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A record of settings in the form that crosses a process border. Records of the model runtime know
 * nothing of clusters and hold optionals, which Java does not serialise; this holds their
 * components instead and makes the record again, with its checks, at the other end. Components may
 * be records, enums, boxed values, texts, lists of these and optionals of these. Read only from the
 * run's own processes.
 *
 * @param <T> the record, or a sealed interface of records
 */
public final class SettingsMessage<T> implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Serializable encoded;

  /** A record's class and encoded components. */
  private record EncodedRecord(Class<?> type, List<Serializable> components)
      implements Serializable {}

  /** An optional's content, none or one. */
  private record EncodedOptional(Class<?> type, List<Serializable> content)
      implements Serializable {}

  /** A list's elements. */
  private record EncodedList(List<Serializable> elements) implements Serializable {}

  private SettingsMessage(Serializable encoded) {
    this.encoded = encoded;
  }

  /** Returns a message that holds {@code settings}, a record. */
  public static <T> SettingsMessage<T> of(T settings) {
    return new SettingsMessage<>(encode(settings));
  }

  /** Returns a record equal to the one given. */
  @SuppressWarnings("unchecked") // encoded from a T, and decoding restores the class
  public T settings() {
    return (T) decode(encoded);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SettingsMessage<?> message && message.encoded.equals(encoded);
  }

  @Override
  public int hashCode() {
    return encoded.hashCode();
  }

  private static Serializable encode(Object value) {
    if (value instanceof Record record) {
      List<Serializable> components = new ArrayList<>();
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        components.add(encode(component(record, component)));
      }
      return new EncodedRecord(record.getClass(), components);
    }
    if (value instanceof OptionalDouble optional) {
      return new EncodedOptional(
          OptionalDouble.class, optional.isPresent() ? List.of(optional.getAsDouble()) : List.of());
    }
    if (value instanceof Optional<?> optional) {
      return new EncodedOptional(
          Optional.class,
          optional.<List<Serializable>>map(v -> List.of(encode(v))).orElse(List.of()));
    }
    if (value instanceof List<?> list) {
      List<Serializable> elements = new ArrayList<>();
      list.forEach(element -> elements.add(encode(element)));
      return new EncodedList(elements);
    }
    if (value instanceof Serializable serializable) {
      return serializable;
    }
    throw new IllegalArgumentException("Cannot send %s to an executor".formatted(value.getClass()));
  }

  private static Object decode(Serializable value) {
    if (value instanceof EncodedRecord record) {
      return construct(record.type(), record.components().stream().map(v -> decode(v)).toArray());
    }
    if (value instanceof EncodedOptional optional) {
      Optional<Object> content = optional.content().stream().findFirst().map(v -> decode(v));
      if (optional.type() == Optional.class) {
        return content;
      }
      return content.map(v -> OptionalDouble.of((Double) v)).orElse(OptionalDouble.empty());
    }
    if (value instanceof EncodedList list) {
      return list.elements().stream().map(v -> decode(v)).toList();
    }
    return value;
  }

  private static Object component(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot read " + component, e);
    }
  }

  private static Object construct(Class<?> type, Object[] components) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(components);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make " + type, e);
    }
  }
}
