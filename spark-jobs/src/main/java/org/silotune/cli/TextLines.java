package org.silotune.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Names with values, one a line, the values below each other. */
final class TextLines {

  private final Map<String, String> lines = new LinkedHashMap<>();

  void add(String name, String value) {
    lines.put(name, value);
  }

  @Override
  public String toString() {
    int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
    return lines.entrySet().stream()
        .map(
            line ->
                "  %s%s  %s"
                    .formatted(
                        line.getKey(), " ".repeat(width - line.getKey().length()), line.getValue()))
        .collect(Collectors.joining("\n"));
  }
}
