package org.silotune.cli.experiment;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ConfigNode.Nothing;
import org.silotune.cli.experiment.ConfigNode.Scalar;
import org.silotune.cli.experiment.ConfigNode.Section;
import org.silotune.cli.experiment.ConfigNode.Sequence;
import org.silotune.llm.NearestName;

/**
 * Makes records of configuration, by the names of their components.
 *
 * <pre>
 * record            a section; a key that is not written has the value of the record's defaults()
 * sealed interface  a section with {@code kind: NAME}, or NAME alone; the names are the records'
 *                   constants NAME
 * enum              the constant's name in kebab-case
 * Optional          the value, or none
 * List, Set, Map    a list, a list without repeats, a section
 * </pre>
 *
 * and the single values of {@link ScalarValue}.
 */
final class RecordBinder {

  /** The key that names the record of a sealed interface. */
  static final String KIND = "kind";

  /** What says that an optional key has no value, where its default is one. */
  static final String NONE = "none";

  private final ScalarValue scalars;

  /**
   * A binder.
   *
   * @param scalars which resolves relative paths
   */
  RecordBinder(ScalarValue scalars) {
    this.scalars = scalars;
  }

  /**
   * Binds a whole tree.
   *
   * @throws ConfigException that names the key, the value and the line
   */
  <T> T bind(Class<T> type, Section tree) {
    return type.cast(record(type, tree, "", List.of()));
  }

  /** Binds a whole tree over a record: a key that is not written has its value there. */
  <T extends Record> T bind(Class<T> type, Section tree, T standing) {
    return type.cast(standingRecord(type, tree, "", standing, List.of()));
  }

  private Object record(Class<?> type, Section section, String path, List<String> extraKeys) {
    var shape = new RecordShape(type);
    refuseUnknownKeys(shape, section, path, extraKeys);
    List<Object> values = new ArrayList<>();
    for (var component : shape.components()) {
      values.add(component(shape, component, section, path));
    }
    return shape.create(values, place(section, path));
  }

  private Object component(
      RecordShape shape, RecordComponent component, Section section, String path) {
    var key = RecordShape.key(component);
    var keyPath = join(path, key);
    var node = section.entries().get(key);
    if (node == null || node instanceof Nothing) {
      return shape
          .defaultOf(component)
          .or(() -> implied(component, section, keyPath))
          .orElseThrow(
              () ->
                  new ConfigException("Missing key %s in %s".formatted(keyPath, section.place())));
    }
    var standing = shape.defaultOf(component).orElse(null);
    return value(component.getGenericType(), node, keyPath, standing);
  }

  /** What a key means that is neither written nor has a default. */
  private Optional<Object> implied(RecordComponent component, Section section, String keyPath) {
    var type = component.getType();
    if (OptionalValue.is(type)) {
      return Optional.of(OptionalValue.empty(type));
    }
    if (type.isRecord()) {
      return Optional.of(record(type, new Section(Map.of(), section.place()), keyPath, List.of()));
    }
    return Optional.empty();
  }

  private void refuseUnknownKeys(
      RecordShape shape, Section section, String path, List<String> extraKeys) {
    for (var entry : section.entries().entrySet()) {
      var key = entry.getKey();
      if (shape.keys().contains(key) || extraKeys.contains(key)) {
        continue;
      }
      throw new ConfigException(
          "Unknown key %s in %s%s: known keys %s are %s"
              .formatted(
                  join(path, key),
                  entry.getValue().place(),
                  NearestName.hint(key, shape.keys()),
                  path.isEmpty() ? "here" : "of " + path,
                  String.join(", ", shape.keys())));
    }
  }

  private Object value(Type type, ConfigNode node, String path, @Nullable Object standing) {
    var optional = type instanceof ParameterizedType generic ? generic.getRawType() : type;
    if (optional instanceof Class<?> raw
        && OptionalValue.is(raw)
        && node instanceof Scalar scalar
        && scalar.isNone()) {
      return OptionalValue.empty(raw);
    }
    if (type instanceof ParameterizedType generic) {
      return collection(generic, node, path);
    }
    var raw = (Class<?>) type;
    if (raw.isRecord()) {
      return standingRecord(raw, section(node, path), path, standing, List.of());
    }
    if (SealedChoices.isChoice(raw)) {
      return choice(raw, node, path, standing);
    }
    if (node instanceof Scalar scalar) {
      if (OptionalValue.is(raw)) {
        return OptionalValue.of(raw, scalars.read(OptionalValue.primitive(raw), scalar, path));
      }
      return scalars.read(raw, scalar, path);
    }
    throw new ConfigException(
        "Invalid value of %s in %s: must be one value, found %s"
            .formatted(path, node.place(), node.kind()));
  }

  /**
   * A section written over a record that the parent's defaults give: only what is written moves.
   */
  private Object standingRecord(
      Class<?> type,
      Section section,
      String path,
      @Nullable Object standing,
      List<String> extraKeys) {
    if (standing == null || !type.isInstance(standing)) {
      return record(type, section, path, extraKeys);
    }
    var shape = new RecordShape(type);
    refuseUnknownKeys(shape, section, path, extraKeys);
    List<Object> values = new ArrayList<>();
    for (var component : shape.components()) {
      var key = RecordShape.key(component);
      var old = RecordShape.valueOf(component, standing);
      var node = section.entries().get(key);
      boolean written = node != null && !(node instanceof Nothing);
      values.add(written ? value(component.getGenericType(), node, join(path, key), old) : old);
    }
    return shape.create(values, place(section, path));
  }

  private Object choice(
      Class<?> sealedType, ConfigNode node, String path, @Nullable Object standing) {
    var choices = SealedChoices.of(sealedType);
    if (node instanceof Scalar scalar) {
      var chosen = choices.named(scalar.text(), path, scalar.place());
      if (chosen.isInstance(standing)) {
        return standing;
      }
      return record(chosen, new Section(Map.of(), scalar.place()), path, List.of());
    }
    var section = section(node, path);
    if (section.entries().get(KIND) instanceof Scalar kind) {
      var chosen = choices.named(kind.text(), path, kind.place());
      if (chosen.isInstance(standing)) {
        return standingRecord(chosen, section, path, standing, List.of(KIND));
      }
      return record(chosen, section, path, List.of(KIND));
    }
    if (standing != null) {
      return standingRecord(standing.getClass(), section, path, standing, List.of(KIND));
    }
    throw new ConfigException(
        "Missing key %s in %s: known kinds are %s"
            .formatted(join(path, KIND), section.place(), String.join(", ", choices.names())));
  }

  private Object collection(ParameterizedType type, ConfigNode node, String path) {
    var raw = (Class<?>) type.getRawType();
    var arguments = type.getActualTypeArguments();
    if (raw == Optional.class) {
      return Optional.of(value(arguments[0], node, path, null));
    }
    if (raw == Map.class || raw == SortedMap.class) {
      Map<String, Object> map = new LinkedHashMap<>();
      section(node, path)
          .leaves()
          .forEach((key, item) -> map.put(key, value(arguments[1], item, join(path, key), null)));
      return raw == Map.class ? Collections.unmodifiableMap(map) : new TreeMap<>(map);
    }
    if (!(node instanceof Sequence sequence)) {
      throw new ConfigException(
          "Invalid value of %s in %s: must be a list such as [a, b], found %s"
              .formatted(path, node.place(), node.kind()));
    }
    Collection<Object> items = raw == Set.class ? new LinkedHashSet<>() : new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      items.add(value(arguments[0], sequence.items().get(i), "%s[%d]".formatted(path, i), null));
    }
    return items;
  }

  private static Section section(ConfigNode node, String path) {
    if (node instanceof Section section) {
      return section;
    }
    throw new ConfigException(
        "Invalid value of %s in %s: must be a section with keys, found %s"
            .formatted(path, node.place(), node.kind()));
  }

  private static String place(Section section, String path) {
    return path.isEmpty() ? section.place() : path + ", " + section.place();
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
