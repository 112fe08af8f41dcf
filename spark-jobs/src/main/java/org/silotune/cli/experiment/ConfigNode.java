package org.silotune.cli.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of an experiment file, with the place it was written at. */
sealed interface ConfigNode {

  /** Where the value was written, as messages say it: {@code quickstart.yaml line 12}. */
  String place();

  /** What the value is, as messages say it. */
  String kind();

  /**
   * Keys with values, in the file's order.
   *
   * @param entries by key
   */
  record Section(Map<String, ConfigNode> entries, String place) implements ConfigNode {

    public Section {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /**
     * Returns what is not a section, here and below, under keys with dots: {@code --set a.b.c=1}
     * cannot tell the key {@code b.c} of a map from the key c of a section b.
     */
    Map<String, ConfigNode> leaves() {
      Map<String, ConfigNode> leaves = new LinkedHashMap<>();
      entries.forEach(
          (key, node) -> {
            if (node instanceof Section below) {
              below.leaves().forEach((rest, leaf) -> leaves.put(key + "." + rest, leaf));
            } else {
              leaves.put(key, node);
            }
          });
      return leaves;
    }

    @Override
    public String kind() {
      return "a section";
    }
  }

  /**
   * A list of values.
   *
   * @param items in the file's order
   */
  record Sequence(List<ConfigNode> items, String place) implements ConfigNode {

    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /**
   * One value.
   *
   * @param text as it was written, without quotes
   * @param isQuoted whether it had some: then it is a text whatever it holds
   */
  record Scalar(String text, String place, boolean isQuoted) implements ConfigNode {

    /** A value without quotes. */
    Scalar(String text, String place) {
      this(text, place, /* isQuoted= */ false);
    }

    /** Returns whether it takes an optional value away. */
    boolean isNone() {
      return !isQuoted && text.equals(RecordBinder.NONE);
    }

    @Override
    public String kind() {
      return text;
    }
  }

  /** A key with nothing behind it: as if it had not been written. */
  record Nothing(String place) implements ConfigNode {

    @Override
    public String kind() {
      return "nothing";
    }
  }
}
