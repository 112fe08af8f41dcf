package org.silotune.eval.task;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A data folder in memory. */
final class TaskFolder implements DataFolder {

  private final Map<String, byte[]> files = new TreeMap<>();

  TaskFolder with(String file, String text) {
    return with(file, text.getBytes(StandardCharsets.UTF_8));
  }

  TaskFolder with(String file, byte[] bytes) {
    files.put(file, bytes);
    return this;
  }

  @Override
  public String place() {
    return "/data";
  }

  @Override
  public Optional<byte[]> read(String file) {
    return Optional.ofNullable(files.get(file));
  }
}
