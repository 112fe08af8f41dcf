package org.silotune.cli.experiment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Configuration records as YAML: what the binder reads back as the same records. */
final class ConfigText {

  private ConfigText() {}

  /** Returns a record as YAML, every key with its value; keys without a value are left out. */
  static String of(Record config) {
    var text = new StringBuilder();
    append(text, config, "");
    return text.toString();
  }

  private static void append(StringBuilder text, Record config, String indent) {
    for (var component : new RecordShape(config.getClass()).components()) {
      append(text, RecordShape.key(component), RecordShape.valueOf(component, config), indent);
    }
  }

  private static void append(StringBuilder text, String key, Object value, String indent) {
    if (value instanceof Optional<?> optional) {
      optional.ifPresent(inside -> append(text, key, inside, indent));
      return;
    }
    if (value instanceof Record section) {
      text.append(indent).append(key).append(":\n");
      if (isChoice(section.getClass())) {
        var name = SealedChoices.name(section.getClass());
        text.append("%s  %s: %s\n".formatted(indent, RecordBinder.KIND, name));
      }
      append(text, section, indent + "  ");
      return;
    }
    if (value instanceof Map<?, ?> map) {
      text.append(indent).append(key).append(map.isEmpty() ? ": {}\n" : ":\n");
      map.forEach((name, item) -> append(text, quote((String) name), item, indent + "  "));
      return;
    }
    scalar(value)
        .ifPresent(
            written -> text.append(indent).append(key).append(": ").append(written).append('\n'));
  }

  /** Returns a value as it is written on one line, or empty where there is none. */
  static Optional<String> scalar(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.flatMap(ConfigText::scalar);
    }
    if (value instanceof OptionalInt number) {
      return number.isPresent() ? Optional.of("" + number.getAsInt()) : Optional.empty();
    }
    if (value instanceof OptionalLong number) {
      return number.isPresent() ? Optional.of("" + number.getAsLong()) : Optional.empty();
    }
    if (value instanceof OptionalDouble number) {
      return number.isPresent() ? Optional.of("" + number.getAsDouble()) : Optional.empty();
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

  private static boolean isChoice(Class<?> type) {
    for (var parent : type.getInterfaces()) {
      if (parent.isSealed()) {
        return true;
      }
    }
    return false;
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
        && !text.matches("(?i)true|false|null|yes|no")) {
      return text;
    }
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
