package org.silotune.cli.experiment;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the binder needs to know of a record: its keys, its defaults and its constructor.
 *
 * <p>A component {@code learningRate} is the key {@code learning-rate}. A static method {@code
 * defaults()} that returns the record gives the value of every key that is not written.
 */
final class RecordShape {

  private final Class<?> type;

  RecordShape(Class<?> type) {
    if (!type.isRecord()) {
      throw new IllegalArgumentException(type + " is no record");
    }
    this.type = type;
  }

  List<RecordComponent> components() {
    return List.of(type.getRecordComponents());
  }

  List<String> keys() {
    return components().stream().map(RecordShape::key).toList();
  }

  static String key(RecordComponent component) {
    return kebab(component.getName());
  }

  /** {@code learningRate} to {@code learning-rate}, {@code TOP_LEFT} to {@code top-left}. */
  static String kebab(String name) {
    if (name.toUpperCase(Locale.ROOT).equals(name)) {
      return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  /** Returns the value a component has where nothing is written. */
  Optional<Object> defaultOf(RecordComponent component) {
    return defaults().map(instance -> valueOf(component, instance));
  }

  /** Returns the record that {@code defaults()} gives, where the record has that method. */
  Optional<Object> defaults() {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> method.getName().equals("defaults"))
        .filter(method -> method.getParameterCount() == 0 && method.getReturnType() == type)
        .findFirst()
        .map(method -> invoke(method, null));
  }

  static Object valueOf(RecordComponent component, Object instance) {
    return invoke(component.getAccessor(), instance);
  }

  /**
   * Makes the record.
   *
   * @throws ConfigException with the message of the record's own check
   */
  Object create(List<Object> values, String place) {
    var parameters = new ArrayList<Class<?>>();
    components().forEach(component -> parameters.add(component.getType()));
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(parameters.toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      var cause = e.getCause();
      throw new ConfigException("%s (%s)".formatted(cause.getMessage(), place), cause);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make " + type, e);
    }
  }

  private static Object invoke(Method method, @Nullable Object instance) {
    try {
      method.setAccessible(true);
      return method.invoke(instance);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot call " + method, e);
    }
  }
}
