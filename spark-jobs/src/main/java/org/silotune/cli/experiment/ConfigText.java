package org.silotune.cli.experiment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Configuration records as YAML: what the binder reads back as the same records. */
final class ConfigText {

  private ConfigText() {}

  /** Returns a record as YAML, every key with its value. */
  static String of(Record config) {
    var text = new StringBuilder();
    append(text, config, "");
    return text.toString();
  }

  /** Returns every key that has a value, with dots, and the value as it is written. */
  static SortedMap<String, String> flat(Record config) {
    var flat = new TreeMap<String, String>();
    flatten(config, "", flat);
    return flat;
  }

  private static void flatten(Record config, String prefix, SortedMap<String, String> flat) {
    for (var component : new RecordShape(config.getClass()).components()) {
      var key = prefix + RecordShape.key(component);
      var value = RecordShape.valueOf(component, config);
      if (SealedChoices.isChoice(component.getType())) {
        flat.put(key, SealedChoices.name(value.getClass()));
      }
      flatten(key, value, flat);
    }
  }

  private static void flatten(String key, Object value, SortedMap<String, String> flat) {
    if (value instanceof Optional<?> optional && optional.isPresent()) {
      flatten(key, optional.get(), flat);
    } else if (value instanceof Record section) {
      flatten(section, key + ".", flat);
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((name, item) -> flatten(key + "." + name, item, flat));
    } else {
      scalar(value).ifPresent(written -> flat.put(key, written));
    }
  }

  private static void append(StringBuilder text, Record config, String indent) {
    for (var component : new RecordShape(config.getClass()).components()) {
      var value = RecordShape.valueOf(component, config);
      boolean chosen = SealedChoices.isChoice(component.getType());
      append(text, RecordShape.key(component), value, chosen, indent);
    }
  }

  /**
   * Appends one key.
   *
   * @param chosen whether the value is one of several kinds, whose name is written
   */
  private static void append(
      StringBuilder text, String key, Object value, boolean chosen, String indent) {
    if (value instanceof Optional<?> optional) {
      if (optional.isPresent()) {
        append(text, key, optional.get(), chosen, indent);
      } else {
        text.append(indent).append(key).append(": ").append(RecordBinder.NONE).append('\n');
      }
      return;
    }
    if (value instanceof Record section) {
      text.append(indent).append(key).append(":\n");
      if (chosen) {
        var name = SealedChoices.name(section.getClass());
        text.append("%s  %s: %s\n".formatted(indent, RecordBinder.KIND, name));
      }
      append(text, section, indent + "  ");
      return;
    }
    if (value instanceof Map<?, ?> map) {
      text.append(indent).append(key).append(map.isEmpty() ? ": {}\n" : ":\n");
      map.forEach((name, item) -> append(text, quote((String) name), item, false, indent + "  "));
      return;
    }
    scalar(value)
        .ifPresent(
            written -> text.append(indent).append(key).append(": ").append(written).append('\n'));
  }

  /** Returns a value as it is written on one line, or empty where there is none. */
  static Optional<String> scalar(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.isEmpty() ? Optional.of(RecordBinder.NONE) : scalar(optional.get());
    }
    if (value instanceof OptionalInt number) {
      return Optional.of(number.isPresent() ? "" + number.getAsInt() : RecordBinder.NONE);
    }
    if (value instanceof OptionalLong number) {
      return Optional.of(number.isPresent() ? "" + number.getAsLong() : RecordBinder.NONE);
    }
    if (value instanceof OptionalDouble number) {
      return Optional.of(number.isPresent() ? "" + number.getAsDouble() : RecordBinder.NONE);
    }
    if (value instanceof Collection<?> items) {
      return Optional.of(
          items.stream()
              .map(item -> scalar(item).orElseThrow())
              .collect(Collectors.joining(", ", "[", "]")));
    }
    if (value instanceof Map<?, ?> map) {
      return map.isEmpty() ? Optional.empty() : Optional.of(map.toString());
    }
    if (value instanceof Duration duration) {
      return Optional.of(duration(duration));
    }
    if (value instanceof Enum<?> constant) {
      return Optional.of(RecordShape.kebab(constant.name()));
    }
    if (value instanceof String || value instanceof Path) {
      return Optional.of(quote(value.toString()));
    }
    return Optional.of(String.valueOf(value));
  }

  private static String duration(Duration duration) {
    if (duration.toMillisPart() != 0) {
      return duration.toMillis() + "ms";
    }
    return duration.toSeconds() + "s";
  }

  /** Quotes what YAML would read as something else than a plain word. */
  private static String quote(String text) {
    if (text.matches("[A-Za-z_/][A-Za-z0-9_./+-]*")
        && !text.matches("(?i)true|false|null|yes|no|none")) {
      return text;
    }
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
