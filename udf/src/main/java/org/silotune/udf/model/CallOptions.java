package org.silotune.udf.model;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.silotune.llm.LlmException;
import org.silotune.llm.NearestName;

/** The options of one call as a user wrote them, each read once. */
final class CallOptions {

  private final String function;
  private final Map<String, String> values;

  /**
   * @param known the options that the function has
   * @throws LlmException if there is another; the message names the nearest
   */
  CallOptions(String function, Map<String, String> values, Collection<String> known) {
    this.function = function;
    this.values = new TreeMap<>(values);
    for (String name : this.values.keySet()) {
      if (!known.contains(name)) {
        throw new LlmException(
            "Unknown option %s of %s%s: known are %s"
                .formatted(
                    name,
                    function,
                    NearestName.hint(name, known),
                    String.join(", ", new TreeSet<>(known))));
      }
    }
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  int integer(String name, int otherwise) {
    return text(name).map(value -> parsed(name, value, Integer::valueOf)).orElse(otherwise);
  }

  long whole(String name, long otherwise) {
    return text(name).map(value -> parsed(name, value, Long::valueOf)).orElse(otherwise);
  }

  double number(String name, double otherwise) {
    return text(name).map(value -> parsed(name, value, Double::valueOf)).orElse(otherwise);
  }

  private <T> T parsed(String name, String value, Function<String, T> parser) {
    try {
      return parser.apply(value.strip());
    } catch (NumberFormatException e) {
      throw new LlmException(
          "Invalid option %s of %s: '%s' is no such number".formatted(name, function, value), e);
    }
  }
}
