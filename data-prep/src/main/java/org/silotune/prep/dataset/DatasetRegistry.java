package org.silotune.prep.dataset;

import java.util.List;
import java.util.Optional;
import org.silotune.llm.NearestName;
import org.silotune.prep.UnusableDataException;

/**
 * The data sets that have a name, in the order in which they are listed.
 *
 * @param datasets unique by name
 */
public record DatasetRegistry(List<NamedDataset> datasets) {

  public DatasetRegistry {
    datasets = List.copyOf(datasets);
  }

  /** Returns the data sets that this project knows. */
  public static DatasetRegistry standard() {
    return DatasetsJson.read();
  }

  /** Returns the names, in order. */
  public List<String> names() {
    return datasets.stream().map(NamedDataset::name).toList();
  }

  /** Returns the data set of that name. */
  public Optional<NamedDataset> find(String name) {
    return datasets.stream().filter(dataset -> dataset.name().equals(name)).findFirst();
  }

  /**
   * Returns the data set of that name.
   *
   * @throws UnusableDataException that lists the known names
   */
  public NamedDataset named(String name) {
    return find(name)
        .orElseThrow(() -> new UnusableDataException(unknown("data set " + name, name)));
  }

  /**
   * Returns what is said of a name that is not known.
   *
   * @param what is named so, with its place where it has one
   */
  public String unknown(String what, String name) {
    return "Unknown %s%s: known are %s"
        .formatted(what, NearestName.hint(name, names()), String.join(", ", names()));
  }
}
