package org.silotune.fed.round;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Configurations of which some components differ from another's. */
final class Altered {

  private Altered() {}

  /** Returns {@code base} with other components, checked as any configuration is. */
  static FederatedConfig config(FederatedConfig base, Map<String, ?> components) {
    Map<String, Object> left = new TreeMap<>(components);
    List<Class<?>> types = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    try {
      for (RecordComponent each : FederatedConfig.class.getRecordComponents()) {
        types.add(each.getType());
        Object standing = each.getAccessor().invoke(base);
        values.add(left.containsKey(each.getName()) ? left.remove(each.getName()) : standing);
      }
      if (!left.isEmpty()) {
        throw new IllegalArgumentException("Unknown components " + left.keySet());
      }
      return FederatedConfig.class
          .getDeclaredConstructor(types.toArray(Class<?>[]::new))
          .newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
