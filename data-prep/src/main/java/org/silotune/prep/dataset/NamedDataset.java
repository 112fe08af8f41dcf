package org.silotune.prep.dataset;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.silotune.prep.source.ColumnMapping;
import org.silotune.prep.source.SourceConfig;
import org.silotune.prep.split.ByColumn;
import org.silotune.prep.split.Iid;
import org.silotune.prep.split.SiloPartitioner;

/**
 * A data set that has a name.
 *
 * @param name what a command or an experiment file says
 * @param summary one line for people
 * @param licence its licence, by the name people know it by
 * @param terms what is shown before it is fetched, where its licence asks for that
 * @param files globs of the names of its files to train on
 * @param columns which column holds what
 * @param siloColumn the column that makes silos of it, where one does
 * @param downloads its files at their official address
 */
public record NamedDataset(
    String name,
    String summary,
    String licence,
    Optional<String> terms,
    List<String> files,
    ColumnMapping columns,
    Optional<String> siloColumn,
    List<DatasetDownload> downloads) {

  public NamedDataset {
    requireNonNull(name, "name");
    requireNonNull(summary, "summary");
    requireNonNull(licence, "licence");
    requireNonNull(terms, "terms");
    files = List.copyOf(files);
    requireNonNull(columns, "columns");
    requireNonNull(siloColumn, "siloColumn");
    downloads = List.copyOf(downloads);
  }

  /** Returns the source of which only the place is missing, if it is not the cache. */
  public SourceConfig source() {
    return SourceConfig.defaults()
        .withDataset(name)
        .withFiles(files.toArray(String[]::new))
        .withColumns(columns);
  }

  /** Returns the silos that it is known for: one a value of its column, else three alike. */
  public SiloPartitioner silos() {
    return siloColumn.<SiloPartitioner>map(ByColumn::new).orElseGet(Iid::defaults);
  }
}
