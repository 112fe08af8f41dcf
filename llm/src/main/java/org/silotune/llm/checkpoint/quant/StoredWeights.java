package org.silotune.llm.checkpoint.quant;

import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.llm.checkpoint.TensorSource;

/** The weights of a source by their own names, whatever form they are held in. */
public final class StoredWeights {

  private static final String WEIGHT = ".weight";

  private final SortedMap<String, WeightForm> forms = new TreeMap<>();

  private StoredWeights() {}

  /** Returns what {@code source} holds. */
  public static StoredWeights of(TensorSource source) {
    StoredWeights found = new StoredWeights();
    source.names().forEach(found::add);
    return found;
  }

  /** Returns the names of the weights in ascending order. */
  public Set<String> names() {
    return Collections.unmodifiableSet(forms.keySet());
  }

  /** Returns the form of a weight, if it is there. */
  public Optional<WeightForm> form(String name) {
    return Optional.ofNullable(forms.get(name));
  }

  private void add(String part) {
    int end = part.lastIndexOf(WEIGHT + ".");
    if (end < 0) {
      forms.put(part, WeightForm.PLAIN);
      return;
    }
    String weight = part.substring(0, end + WEIGHT.length());
    String[] labels = part.substring(weight.length() + 1).split("\\.", -1);
    Optional<Encoding> encoding = Encoding.byLabel(labels[0]);
    String order = labels[encoding.isPresent() && labels.length > 1 ? 1 : 0];
    WeightForm form =
        new WeightForm(
            encoding.orElse(Encoding.PLAIN), RowOrder.byLabel(order).orElse(RowOrder.PLAIN));
    forms.put(form.equals(WeightForm.PLAIN) ? part : weight, form);
  }
}
