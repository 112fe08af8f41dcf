package org.silotune.cli.experiment;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ConfigNode.Nothing;
import org.silotune.cli.experiment.ConfigNode.Scalar;
import org.silotune.cli.experiment.ConfigNode.Section;
import org.silotune.cli.experiment.ConfigNode.Sequence;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads YAML into {@link ConfigNode}s that know their lines. Only plain YAML is read: no tag makes
 * an object, a key may stand once, and a section's keys are words.
 */
final class ConfigTree {

  private ConfigTree() {}

  /**
   * Reads a file.
   *
   * @throws ConfigException if it is not there or not YAML
   */
  static Section read(Path file) {
    try {
      return parse(Files.readString(file), file.getFileName().toString());
    } catch (NoSuchFileException e) {
      throw new ConfigException(
          "Cannot read experiment file %s: it does not exist".formatted(file), e);
    } catch (CharacterCodingException e) {
      throw new ConfigException("Cannot read experiment file %s: not UTF-8".formatted(file), e);
    } catch (IOException e) {
      throw new ConfigException(
          "Cannot read experiment file %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Parses a text.
   *
   * @param name what messages call it
   */
  static Section parse(String text, String name) {
    var node = compose(text, name);
    if (node instanceof Section section) {
      return section;
    }
    if (node instanceof Nothing) {
      return new Section(Map.of(), name);
    }
    throw new ConfigException(
        "Invalid experiment file %s: must be keys with values, found %s"
            .formatted(name, node.kind()));
  }

  /**
   * Returns the tree with one value replaced or added.
   *
   * @param assignment {@code key=value} with dots between the key's words; the value is YAML
   */
  static Section with(Section tree, String assignment) {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      throw new ConfigException(
          "Invalid override %s: must be key=value, such as federated.rounds=3"
              .formatted(assignment));
    }
    var words = List.of(assignment.substring(0, equals).strip().split("\\.", -1));
    return with(tree, words, assignment.substring(equals + 1), "--set " + assignment);
  }

  /**
   * Returns the tree with one value replaced or added.
   *
   * @param words the key's
   * @param text the value as YAML
   * @param place what messages call it
   */
  static Section with(Section tree, List<String> words, String text, String place) {
    return with(tree, words, at(compose(text, place), place), place);
  }

  private static Section with(Section tree, List<String> words, ConfigNode value, String place) {
    var word = words.get(0);
    var entries = new LinkedHashMap<>(tree.entries());
    if (words.size() == 1) {
      if (word.equals(RecordBinder.KIND) && isAnother(entries.get(word), value)) {
        entries.clear(); // the settings of the other kind go with it
      }
      entries.put(word, value);
      return new Section(entries, tree.place());
    }
    var below = entries.get(word);
    Section section;
    if (below instanceof Section existing) {
      section = existing;
    } else if (below instanceof Scalar choice) {
      // "server: fedadam" means "server: {kind: fedadam}", so that its settings can be overridden
      section = new Section(Map.of(RecordBinder.KIND, choice), choice.place());
    } else {
      section = new Section(Map.of(), place);
    }
    entries.put(word, with(section, words.subList(1, words.size()), value, place));
    return new Section(entries, tree.place());
  }

  /** Returns a tree with what another says on top; a section is laid over, all else replaced. */
  static Section over(Section below, Section above) {
    var entries = new LinkedHashMap<>(below.entries());
    if (isAnother(entries.get(RecordBinder.KIND), above.entries().get(RecordBinder.KIND))) {
      entries.clear(); // the settings of the other kind go with it
    }
    above
        .entries()
        .forEach(
            (key, node) -> {
              var old = entries.get(key);
              if (old instanceof Scalar choice && node instanceof Section) {
                old = new Section(Map.of(RecordBinder.KIND, choice), choice.place());
              }
              entries.put(
                  key,
                  old instanceof Section section && node instanceof Section laid
                      ? over(section, laid)
                      : node);
            });
    return new Section(entries, above.place());
  }

  private static boolean isAnother(@Nullable ConfigNode before, @Nullable ConfigNode now) {
    return before instanceof Scalar old
        && now instanceof Scalar kind
        && !old.text().equals(kind.text());
  }

  private static ConfigNode compose(String text, String name) {
    var options = new LoaderOptions();
    options.setMaxAliasesForCollections(0);
    try {
      var node = new Yaml(options).compose(new StringReader(text));
      return node == null ? new Nothing(name) : convert(node, name);
    } catch (MarkedYAMLException e) {
      var mark = e.getProblemMark();
      throw new ConfigException(
          "Invalid YAML in %s line %d: %s".formatted(name, mark.getLine() + 1, e.getProblem()), e);
    } catch (YAMLException e) {
      throw new ConfigException("Invalid YAML in %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static ConfigNode convert(Node node, String name) {
    var place = "%s line %d".formatted(name, node.getStartMark().getLine() + 1);
    if (node instanceof MappingNode mapping) {
      return section(mapping, name, place);
    }
    if (node instanceof SequenceNode sequence) {
      List<ConfigNode> items = new ArrayList<>();
      sequence.getValue().forEach(item -> items.add(convert(item, name)));
      return new Sequence(items, place);
    }
    var scalar = (ScalarNode) node;
    if (scalar.getTag().equals(Tag.NULL)) {
      return new Nothing(place);
    }
    return new Scalar(scalar.getValue(), place, !scalar.isPlain());
  }

  private static Section section(MappingNode mapping, String name, String place) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    for (var tuple : mapping.getValue()) {
      var line = tuple.getKeyNode().getStartMark().getLine() + 1;
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new ConfigException(
            "Invalid key in %s line %d: must be a word".formatted(name, line));
      }
      var value = convert(tuple.getValueNode(), name);
      var old = entries.put(key.getValue(), at(value, "%s line %d".formatted(name, line)));
      if (old != null) {
        throw new ConfigException(
            "Invalid key %s in %s line %d: it stands in line %s already"
                .formatted(key.getValue(), name, line, old.place().replaceFirst(".* line ", "")));
      }
    }
    return new Section(entries, place);
  }

  /** The same value, written at the place of its key. */
  private static ConfigNode at(ConfigNode node, String place) {
    if (node instanceof Section section) {
      return new Section(section.entries(), place);
    }
    if (node instanceof Sequence sequence) {
      return new Sequence(sequence.items(), place);
    }
    if (node instanceof Scalar scalar) {
      return new Scalar(scalar.text(), place, scalar.isQuoted());
    }
    return new Nothing(place);
  }
}
