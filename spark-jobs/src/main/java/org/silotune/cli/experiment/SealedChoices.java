package org.silotune.cli.experiment;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.silotune.llm.NearestName;

/**
 * The records of a sealed interface by the names that configuration uses: their constant {@code
 * NAME}, else the record's own name in kebab-case.
 */
final class SealedChoices {

  private final Map<String, Class<?>> byName;

  private SealedChoices(Map<String, Class<?>> byName) {
    this.byName = byName;
  }

  /**
   * Whether a type is a closed choice of records; an enum whose constants have bodies is sealed
   * too.
   */
  static boolean isChoice(Class<?> type) {
    return type.isSealed() && !type.isEnum();
  }

  static SealedChoices of(Class<?> sealedType) {
    Map<String, Class<?>> byName = new LinkedHashMap<>();
    records(sealedType).forEach(record -> byName.put(name(record), record));
    return new SealedChoices(byName);
  }

  /** Returns the records of a sealed interface and of the sealed interfaces that it is made of. */
  static List<Class<?>> records(Class<?> sealedType) {
    List<Class<?>> records = new ArrayList<>();
    for (var permitted : sealedType.getPermittedSubclasses()) {
      if (isChoice(permitted)) {
        records.addAll(records(permitted));
      } else {
        records.add(permitted);
      }
    }
    return records;
  }

  List<String> names() {
    return new ArrayList<>(byName.keySet());
  }

  Class<?> named(String name, String path, String place) {
    var chosen = byName.get(name);
    if (chosen == null) {
      throw new ConfigException(
          "Unknown %s %s in %s%s: known are %s"
              .formatted(
                  path, name, place, NearestName.hint(name, names()), String.join(", ", names())));
    }
    return chosen;
  }

  /** Returns the name that configuration uses for a record of a sealed interface. */
  static String name(Class<?> record) {
    return Arrays.stream(record.getDeclaredFields())
        .filter(field -> field.getName().equals("NAME") && field.getType() == String.class)
        .findFirst()
        .map(SealedChoices::text)
        .orElseGet(() -> RecordShape.kebab(record.getSimpleName()));
  }

  private static String text(Field field) {
    try {
      field.setAccessible(true);
      return (String) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("Cannot read " + field, e);
    }
  }
}
