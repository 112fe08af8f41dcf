package org.silotune.cli.experiment;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The JDK's four optional types: how each is made of a value or of none. */
final class OptionalValue {

  private OptionalValue() {}

  static boolean is(Class<?> type) {
    return type == Optional.class
        || type == OptionalInt.class
        || type == OptionalLong.class
        || type == OptionalDouble.class;
  }

  static Object empty(Class<?> type) {
    if (type == OptionalInt.class) {
      return OptionalInt.empty();
    }
    if (type == OptionalLong.class) {
      return OptionalLong.empty();
    }
    if (type == OptionalDouble.class) {
      return OptionalDouble.empty();
    }
    return Optional.empty();
  }

  /** Returns what {@link #of} expects for a type other than {@code Optional}. */
  static Class<?> primitive(Class<?> type) {
    if (type == OptionalInt.class) {
      return int.class;
    }
    return type == OptionalLong.class ? long.class : double.class;
  }

  static Object of(Class<?> type, Object value) {
    if (type == OptionalInt.class) {
      return OptionalInt.of((Integer) value);
    }
    if (type == OptionalLong.class) {
      return OptionalLong.of((Long) value);
    }
    return OptionalDouble.of((Double) value);
  }
}
