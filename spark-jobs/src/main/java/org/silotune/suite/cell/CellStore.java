package org.silotune.suite.cell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.fed.run.OptionalNumbers;
import org.silotune.fed.run.ResolvedConfig;
import org.silotune.fed.run.RunStorage;
import org.silotune.suite.InvalidSuiteException;
import org.silotune.suite.SuiteException;

/**
 * What a suite keeps of its cells: {@code suite.json}, which says what their results depend on, and
 * {@code cells/ID.json}, one a cell, written when the cell has ended.
 */
public final class CellStore {

  private static final String SUITE = "suite.json";
  private static final int FORMAT_VERSION = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new OptionalNumbers())
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private final RunStorage storage;

  /** The cells of a suite's folder. */
  public CellStore(RunStorage storage) {
    this.storage = storage;
  }

  /** The content of {@code suite.json}. */
  private record Recorded(int formatVersion, SortedMap<String, String> values) {}

  /**
   * Compares what results depend on with what it was when cells of the suite were run, and records
   * it. Keys of data sets and adapters that are new are added, those that are not asked for stay.
   *
   * @throws InvalidSuiteException that lists the differences
   */
  public void configure(String suite, SortedMap<String, String> values) {
    TreeMap<String, String> all = new TreeMap<>();
    Optional<byte[]> before = storage.read(SUITE);
    if (before.isPresent()) {
      Recorded recorded = read(before.get(), Recorded.class, SUITE);
      TreeMap<String, String> known = new TreeMap<>(recorded.values());
      TreeMap<String, String> asked = new TreeMap<>(values);
      known.keySet().removeIf(key -> !isOfSame(key, values));
      asked.keySet().removeIf(key -> !isOfSame(key, recorded.values()));
      var differences =
          new ResolvedConfig(known).differences(new ResolvedConfig(asked), key -> false);
      if (!differences.isEmpty()) {
        throw new InvalidSuiteException(
            "Cannot go on with suite %s: it changed since its cells were run: %s; undo the change, or use another --id"
                .formatted(suite, String.join("; ", differences)));
      }
      all.putAll(recorded.values());
    }
    all.putAll(values);
    storage.replace(SUITE, bytes(new Recorded(FORMAT_VERSION, all)));
  }

  /** Whether the others have the data set, and the adapter, that a key begins with. */
  private static boolean isOfSame(String key, SortedMap<String, String> others) {
    String[] words = key.split("\\.", 3);
    String prefix = "%s.%s.".formatted(words[0], words[1]);
    var from = others.tailMap(prefix);
    return !from.isEmpty() && from.firstKey().startsWith(prefix);
  }

  /** Returns what a cell found, if it has ended. */
  public Optional<CellResult> find(Cell cell) {
    return storage.read(file(cell)).map(bytes -> read(bytes, CellResult.class, file(cell)));
  }

  /** Keeps what a cell found, in place of an earlier try. */
  public void keep(CellResult result) {
    storage.replace(file(result.cell()), bytes(result));
  }

  private static String file(Cell cell) {
    return "cells/%s.json".formatted(cell.id());
  }

  private static byte[] bytes(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot write %s as JSON".formatted(value), e);
    }
  }

  private <T> T read(byte[] bytes, Class<T> type, String file) {
    try {
      JsonNode tree = JSON.readTree(bytes);
      return JSON.treeToValue(tree, type);
    } catch (IOException e) {
      throw new SuiteException(
          "Cannot read %s: %s; delete the file, and the cell is run again"
              .formatted(
                  storage.uri(file), String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }
}
