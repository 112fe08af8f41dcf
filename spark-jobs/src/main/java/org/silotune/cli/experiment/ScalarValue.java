package org.silotune.cli.experiment;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.silotune.cli.experiment.ConfigNode.Scalar;
import org.silotune.llm.NearestName;

/**
 * Single values: text, whole numbers (with {@code _} between digits), numbers, {@code true} and
 * {@code false}, paths, durations such as {@code 90s}, {@code 15m} or {@code 2h}, and enums.
 *
 * @param folder what relative paths of the file are relative to
 * @param workingFolder what relative paths of {@code --set} are relative to
 */
record ScalarValue(Path folder, Path workingFolder) {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

  Object read(Class<?> type, Scalar scalar, String path) {
    if (type == String.class) {
      return scalar.text();
    }
    if (type == boolean.class || type == Boolean.class) {
      return bool(scalar, path);
    }
    if (type == Path.class) {
      var base = scalar.place().startsWith("--set ") ? workingFolder : folder;
      return base.resolve(scalar.text()).normalize();
    }
    if (type == Duration.class) {
      return duration(scalar, path);
    }
    if (type.isEnum()) {
      return constant(type, scalar, path);
    }
    return number(type, scalar, path);
  }

  private static Object number(Class<?> type, Scalar scalar, String path) {
    var digits = scalar.text().replace("_", "");
    try {
      if (type == int.class || type == Integer.class) {
        return Integer.valueOf(digits);
      }
      if (type == long.class || type == Long.class) {
        return Long.valueOf(digits);
      }
    } catch (NumberFormatException e) {
      throw invalid(path, scalar, "must be a whole number", e);
    }
    try {
      if (type == double.class || type == Double.class) {
        return Double.valueOf(digits);
      }
      if (type == float.class || type == Float.class) {
        return Float.valueOf(digits);
      }
    } catch (NumberFormatException e) {
      throw invalid(path, scalar, "must be a number", e);
    }
    throw new IllegalArgumentException("No way to read %s as %s".formatted(path, type));
  }

  private static Boolean bool(Scalar scalar, String path) {
    return switch (scalar.text()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw invalid(path, scalar, "must be true or false");
    };
  }

  private static Duration duration(Scalar scalar, String path) {
    var matcher = DURATION.matcher(scalar.text());
    if (!matcher.matches()) {
      throw invalid(path, scalar, "must be a duration such as 90s, 15m or 2h");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private static Object constant(Class<?> type, Scalar scalar, String path) {
    var constants = type.getEnumConstants();
    List<String> names =
        Arrays.stream(constants).map(value -> RecordShape.kebab(((Enum<?>) value).name())).toList();
    int index = names.indexOf(scalar.text());
    if (index < 0) {
      throw invalid(
          path,
          scalar,
          "must be one of %s%s"
              .formatted(String.join(", ", names), NearestName.hint(scalar.text(), names)));
    }
    return constants[index];
  }

  private static ConfigException invalid(String path, Scalar scalar, String why) {
    return new ConfigException(message(path, scalar, why));
  }

  private static ConfigException invalid(String path, Scalar scalar, String why, Throwable cause) {
    return new ConfigException(message(path, scalar, why), cause);
  }

  private static String message(String path, Scalar scalar, String why) {
    return "Invalid %s %s in %s: %s".formatted(path, scalar.text(), scalar.place(), why);
  }
}
