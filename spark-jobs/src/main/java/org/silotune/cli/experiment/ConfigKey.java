package org.silotune.cli.experiment;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One key that an experiment file may have.
 *
 * @param path with dots, such as {@code lora.rank}; the settings of one kind of a choice stand
 *     under {@code server[fedadam]}
 * @param standard the default as it would be written, or empty where the key has none
 */
record ConfigKey(String path, Optional<String> standard) {

  /** Returns every key of a configuration, in the order of its records' components. */
  static List<ConfigKey> of(Class<?> type) {
    List<ConfigKey> keys = new ArrayList<>();
    add(type, "", null, keys);
    return keys;
  }

  private static void add(
      Class<?> type, String prefix, @Nullable Object standing, List<ConfigKey> keys) {
    var shape = new RecordShape(type);
    var instance = standing != null ? standing : shape.defaults().orElse(null);
    for (var component : shape.components()) {
      var path = prefix + RecordShape.key(component);
      var value = instance == null ? null : RecordShape.valueOf(component, instance);
      add(component, path, value, keys);
    }
  }

  private static void add(
      RecordComponent component, String path, @Nullable Object value, List<ConfigKey> keys) {
    var type = inner(component.getGenericType());
    if (type.isRecord()) {
      if (component.getType() == Optional.class) {
        keys.add(new ConfigKey(path, Optional.of(RecordBinder.NONE)));
      }
      add(type, path + ".", type.isInstance(value) ? value : null, keys);
      return;
    }
    keys.add(new ConfigKey(path, standard(type, value)));
    if (SealedChoices.isChoice(type)) {
      for (var permitted : SealedChoices.records(type)) {
        var kind = path + "[" + SealedChoices.name(permitted) + "].";
        add(permitted, kind, permitted.isInstance(value) ? value : null, keys);
      }
    }
  }

  private static Optional<String> standard(Class<?> type, @Nullable Object value) {
    if (value != null && SealedChoices.isChoice(type)) {
      return Optional.of(SealedChoices.name(value.getClass()));
    }
    return Optional.ofNullable(value).flatMap(ConfigText::scalar);
  }

  /** The class behind an optional, or the class itself. */
  private static Class<?> inner(Type type) {
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == Optional.class
          && generic.getActualTypeArguments()[0] instanceof Class<?> inside) {
        return inside;
      }
      return (Class<?>) generic.getRawType();
    }
    return (Class<?>) type;
  }
}
